"""From a target endpoint's connection to a function that makes the call to the target."""

import re
from dataclasses import replace

from gatewright.bundle import model
from gatewright.bundle.connections import HTTPProxyConnection, HTTPTargetConnection, SSLInfo
from gatewright.bundle.source import NOWHERE
from gatewright.engine.compiler import Compilation
from gatewright.engine.context import FlowContext
from gatewright.engine.platform_faults import invalid_target_url, messaging
from gatewright.engine.ports import Redirects
from gatewright.engine.target import (
    BODY_LIMIT,
    DEFAULT_PORTS,
    InvalidTargetUrl,
    Origin,
    TargetCall,
    TargetState,
    TargetTls,
    parse_target_url,
)
from gatewright.engine.target_endpoint import Connect

DEFAULT_SUCCESS = "1xx,2xx,3xx"
_CODE_RANGE = re.compile(r"([1-9])xx|([1-9][0-9][0-9])", re.IGNORECASE)

_TIMEOUTS = {
    "connect.timeout.millis": 3_000,
    "io.timeout.millis": 55_000,
    "keepalive.timeout.millis": 60_000,
}
"""Properties in milliseconds with Edge's defaults (docs: Endpoint properties reference)."""


class Destination:
    """A target URL taken apart: where to connect, and what its path and query put before the call's own."""

    __slots__ = ("base", "host_header", "origin", "query")

    def __init__(self, url: str, settings: Origin, redirects: Redirects, *, is_trusted: bool) -> None:
        """Raises InvalidTargetUrl. `settings` gives everything but the address.

        A redirected call keeps the Host, and over TLS the server name, of the target that it was meant for.
        """
        parts = parse_target_url(url)
        self.origin = Origin(
            scheme=parts.scheme,
            host=parts.hostname or "",
            port=parts.port or DEFAULT_PORTS[parts.scheme],
            tls=settings.tls,
            is_trusted=is_trusted,
            connect_timeout_ms=settings.connect_timeout_ms,
            io_timeout_ms=settings.io_timeout_ms,
            keepalive_timeout_ms=settings.keepalive_timeout_ms,
        )
        self.host_header: str | None = None
        elsewhere = redirects.find(self.origin.host, self.origin.port)
        if elsewhere is not None:
            scheme, host, port = elsewhere
            self.host_header = self.origin.host_header
            self.origin = replace(self.origin, scheme=scheme, address=(host, port), is_trusted=True)
        self.base = parts.path.rstrip("/")
        self.query = parts.query


def compile_connection(source: model.TargetEndpoint, shared: Compilation) -> tuple[Connect, Origin | None]:
    """The function that makes the call, and where it goes unless a policy says otherwise.

    What cannot be carried out is an error in the report.
    """
    connection = source.http_target_connection or HTTPTargetConnection()
    _refuse_unsupported(source, shared)
    settings = _settings(connection, shared)
    url = connection.url.text if connection.url else ""
    redirects = shared.ports.redirects
    fixed = _fixed_destination(url, settings, connection, shared)
    response_limit = None if streams(connection, "response") else BODY_LIMIT
    trusted = frozenset(authority.lower() for authority in shared.trusted_authorities)

    def connect(flow: FlowContext, state: TargetState) -> TargetCall:
        destination = fixed
        if state.is_url_changed or destination is None:
            destination = _destination_of(state.url, settings, redirects, trusted)
        request = flow.request
        path = destination.base + (flow.path_suffix if state.copy_path_suffix else "")
        request.path = path or "/"
        if destination.query or not state.copy_query:
            own = request.querystring
            state.flow_query = own
            both = own and state.copy_query and destination.query
            request.querystring = f"{destination.query}&{own}" if both else destination.query
        return TargetCall(
            request,
            destination.origin,
            response_limit=response_limit,
            host_header=destination.host_header,
        )

    return connect, None if fixed is None else fixed.origin


def _destination_of(url: str, settings: Origin, redirects: Redirects, trusted: frozenset[str]) -> Destination:
    try:
        netloc = parse_target_url(url).netloc.lower()
        return Destination(url, settings, redirects, is_trusted=netloc in trusted)
    except InvalidTargetUrl as problem:
        raise messaging(invalid_target_url(reason=problem)) from None


def _fixed_destination(
    url: str, settings: Origin, connection: HTTPTargetConnection, shared: Compilation
) -> Destination | None:
    """None when the URL is only known at run time: a policy sets target.url."""
    if not url:
        return None
    try:
        return Destination(url, settings, shared.ports.redirects, is_trusted=True)
    except InvalidTargetUrl as problem:
        message = f"the target URL {url!r} is invalid: {problem}"
        shared.report.error(message, connection.source, rule="target-url")
        return None


def _refuse_unsupported(source: model.TargetEndpoint, shared: Compilation) -> None:
    """What bundle.check_connections accepts and is not carried out; it refuses Node.js targets itself."""
    connection = source.http_target_connection
    refused = {
        "LoadBalancer": connection.load_balancer if connection else None,
        "Path": connection.path if connection else None,
        "HealthMonitor": connection.health_monitor if connection else None,
        "LocalTargetConnection": source.local_target_connection,
    }
    for element, node in refused.items():
        if node is not None:
            place = getattr(node, "source", source.source)
            shared.report.error(f"{element} is not carried out", place, rule="unsupported")


def _settings(connection: HTTPTargetConnection, shared: Compilation) -> Origin:
    timeouts = {name: _milliseconds(connection, name, shared) for name in _TIMEOUTS}
    return Origin(
        scheme="http",
        host="",
        port=0,
        tls=_tls(connection.ssl_info, shared),
        connect_timeout_ms=timeouts["connect.timeout.millis"],
        io_timeout_ms=timeouts["io.timeout.millis"],
        keepalive_timeout_ms=timeouts["keepalive.timeout.millis"],
    )


def streams(connection: HTTPProxyConnection | HTTPTargetConnection, message: str) -> bool:
    """Whether the property `request.streaming.enabled`, or `response.`, is on (Edge: Endpoint properties)."""
    return connection.properties.get(f"{message}.streaming.enabled", "").lower() in ("true", "1")


def _milliseconds(connection: HTTPTargetConnection, name: str, shared: Compilation) -> int:
    text = connection.properties.get(name)
    if text is None:
        return _TIMEOUTS[name]
    if text.strip().isdigit() and int(text) > 0:
        return int(text)
    message = f"{name} must be a number of milliseconds, not {text!r}"
    shared.report.error(message, connection.source, rule="property")
    return _TIMEOUTS[name]


def _tls(ssl_info: SSLInfo | None, shared: Compilation) -> TargetTls | None:
    if ssl_info is None:
        return None
    for element, value in (("KeyStore", ssl_info.key_store), ("TrustStore", ssl_info.trust_store)):
        if value is not None:
            shared.report.error(f"{element} is not carried out", value.source, rule="unsupported")
    name = ssl_info.common_name.name if ssl_info.common_name else None
    return TargetTls(
        verify=not ssl_info.ignore_validation_errors,
        server_name=name,
        ciphers=":".join(ssl_info.ciphers) or None,
    )


def success_codes(connection: HTTPTargetConnection | None, shared: Compilation) -> frozenset[int]:
    """The property success.codes, such as `1xx,2xx,3xx,404`, as the set of its codes."""
    text = connection.properties.get("success.codes") if connection else None
    codes: set[int] = set()
    for part in (text or DEFAULT_SUCCESS).split(","):
        found = _CODE_RANGE.fullmatch(part.strip())
        if found is None:
            place = connection.source if connection else NOWHERE
            shared.report.error(f"success.codes cannot hold {part.strip()!r}", place, rule="property")
        elif found[1]:
            codes |= set(range(int(found[1]) * 100, int(found[1]) * 100 + 100))
        else:
            codes.add(int(found[2]))
    return frozenset(codes)
