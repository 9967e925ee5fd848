"""Deploy-time checks of what connects a proxy: base paths, virtual hosts, targets and their properties."""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from gatewright.bundle.connections import HTTPTargetConnection, LocalTargetConnection
from gatewright.bundle.diagnostics import Report
from gatewright.bundle.model import ProxyEndpoint, TargetEndpoint
from gatewright.bundle.source import Source
from gatewright.bundle.values import read_boolean, read_integer

_URL = re.compile(r"https?://[^\s/?#]+[^\s]*", re.IGNORECASE)
_CODES = re.compile(r"(?:[1-5]xx|[1-5][0-9][0-9])(?:,(?:[1-5]xx|[1-5][0-9][0-9]))*", re.IGNORECASE)
_INTEGERS: Final = frozenset(
    {
        "connect.timeout.millis",
        "io.timeout.millis",
        "keepalive.timeout.millis",
        "api.timeout",
    }
)
_BOOLEANS: Final = frozenset(
    {
        "request.streaming.enabled",
        "response.streaming.enabled",
        "supports.http10",
        "supports.http11",
        "use.proxy",
        "use.proxy.tunneling",
        "allow.post.without.content.length",
        "allow.put.without.content.length",
        "allow.http10",
        "ignore.allow.header.for.405",
        "X-Forwarded-For",
    }
)


def check_http_connection(
    endpoint: ProxyEndpoint, report: Report, virtual_hosts: frozenset[str] | None
) -> None:
    """The base path and the virtual hosts of a proxy endpoint. Unknown virtual hosts are not checked."""
    connection = endpoint.http_proxy_connection
    if connection is None:
        report.error("there is no <HTTPProxyConnection>", endpoint.source, rule="no-connection")
        return
    problem = base_path_problem(base_path_of(endpoint))
    if problem is not None:
        report.error(problem, connection.source, rule="base-path")
    for name in connection.virtual_hosts:
        if virtual_hosts is not None and name not in virtual_hosts:
            known = ", ".join(sorted(virtual_hosts)) or "none"
            message = f"the environment has no virtual host {name!r}; it has {known}"
            report.error(message, connection.source, rule="unknown-virtual-host")
    check_properties(connection.properties, connection.source, report)


def base_path_of(endpoint: ProxyEndpoint) -> str:
    """The path that requests to the endpoint begin with, `/` when it names none."""
    connection = endpoint.http_proxy_connection
    return (connection.base_path if connection else None) or "/"


def base_path_problem(path: str) -> str | None:
    """What is wrong with a base path; None when nothing is. `*` may stand for one whole segment."""
    if not path.startswith("/"):
        return f"the base path {path!r} does not begin with /"
    segments = path.strip("/").split("/")
    if any("*" in segment and segment != "*" for segment in segments):
        return f"in the base path {path!r} a * must be a whole segment"
    if "" in segments and path != "/":
        return f"the base path {path!r} has an empty segment"
    if any(character in path for character in "?#{} "):
        return f"the base path {path!r} holds a character that no path has as it stands"
    return None


def conflicting_base_paths(endpoints: Iterable[ProxyEndpoint], report: Report) -> None:
    """Two endpoints of one bundle must not share a base path on a virtual host; none named means all."""
    taken: dict[str, list[ProxyEndpoint]] = {}
    for endpoint in endpoints:
        path = base_path_of(endpoint).rstrip("/")
        for other in taken.setdefault(path, []):
            if _share_host(endpoint, other):
                message = (
                    f"the base path {path or '/'!r} is that of the proxy endpoint {other.name!r} as well"
                )
                report.error(message, endpoint.source, rule="base-path")
        taken[path].append(endpoint)


def _share_host(one: ProxyEndpoint, other: ProxyEndpoint) -> bool:
    hosts = [
        set(endpoint.http_proxy_connection.virtual_hosts if endpoint.http_proxy_connection else ())
        for endpoint in (one, other)
    ]
    return not all(hosts) or bool(hosts[0] & hosts[1])


def check_connection(endpoint: TargetEndpoint, report: Report) -> None:
    """A target endpoint has one connection, of a kind that can be carried out."""
    for unsupported in (endpoint.script_target, endpoint.hosted_target):
        if unsupported is not None:
            report.error(
                "Node.js targets are not run here: put the application behind a URL",
                unsupported.source,
                rule="unsupported-target",
            )
            return
    connections = (endpoint.http_target_connection, endpoint.local_target_connection)
    count = sum(connection is not None for connection in connections)
    if count != 1:
        said = "has several connections" if count else "has no connection"
        message = f"the target endpoint {said}; write one, such as <HTTPTargetConnection>"
        report.error(message, endpoint.source, rule="no-connection")


def check_http_target(connection: HTTPTargetConnection, report: Report) -> None:
    """The address and the properties of a target, also of a ServiceCallout's."""
    url = connection.url
    if url is not None and connection.load_balancer is not None:
        report.warning("the <URL> has no effect beside a <LoadBalancer>", url.source, rule="ignored")
    if url is None and connection.load_balancer is None:
        message = "there is neither <URL> nor <LoadBalancer>: calls fail unless a policy sets target.url"
        report.warning(message, connection.source, rule="no-target-url")
    if url is not None and "{" not in url.text and _URL.fullmatch(url.text) is None:
        report.error(f"{url.text!r} is not an http or https URL", url.source, rule="target-url")
    check_properties(connection.properties, connection.source, report)


def check_local_target(connection: LocalTargetConnection, report: Report) -> None:
    """A local target is named by proxy and endpoint, or by path."""
    if connection.path is None and (connection.api_proxy is None or connection.proxy_endpoint is None):
        message = "name the proxy by <APIProxy> and <ProxyEndpoint>, or by <Path>"
        report.error(message, connection.source, rule="missing-value")


def check_properties(properties: Mapping[str, str], source: Source, report: Report) -> None:
    """The values of the properties that have a type. Empty ones count as not set."""
    for name, value in properties.items():
        expected = _expected(name, value)
        if value and expected is not None:
            report.error(f"the property {name} is {value!r}, not {expected}", source, rule="property")


def _expected(name: str, value: str) -> str | None:
    """What a property's value should be when it is something else."""
    if name == "success.codes":
        return None if _CODES.fullmatch(value.replace(" ", "")) else "a list such as 1xx,2xx,404"
    try:
        if name in _INTEGERS:
            read_integer(value)
        elif name in _BOOLEANS:
            read_boolean(value)
    except ValueError:
        return "a whole number" if name in _INTEGERS else "true or false"
    return None
