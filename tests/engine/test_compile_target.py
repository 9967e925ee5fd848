"""What is sent to a target: address, path and query (docs: API proxy configuration reference, target.url)."""

import pytest
from tests.engine.harness import PLACE, POLICY_TYPES, call, compiled_with_report
from tests.support.ports import make_ports

from gatewright.bundle.archive import read_zip, write_zip
from gatewright.bundle.read import read_bundle
from gatewright.engine.authorities import authorities_written_in
from gatewright.engine.compile_proxy import compile_proxy, joined_base_path
from gatewright.engine.compiler import Compilation
from gatewright.engine.ports import Ports
from gatewright.engine.target import Failure, TargetCall, TargetFailed
from gatewright.message import Response

PROXY = """<HTTPProxyConnection><BasePath>/marks</BasePath></HTTPProxyConnection>
<RouteRule name="default"><TargetEndpoint>default</TargetEndpoint></RouteRule>"""


def sent(connection: str, uri: str, variables: dict[str, str] | None = None) -> TargetCall:
    target = f"{set_target(variables or {})}<HTTPTargetConnection>{connection}</HTTPTargetConnection>"
    proxy, report = compiled_with_report(PROXY, target, set_policies(variables or {}))
    assert not report.errors, "\n".join(map(str, report.errors))
    result = call(proxy.endpoints[0], Response(), uri=uri)
    assert len(result.target.calls) == 1, result.response.text
    return result.target.calls[0]


def set_policies(variables: dict[str, str]) -> dict[str, str]:
    return {
        f"set-{number}": f'<Write name="set-{number}"><Name>{name}</Name><Content>{value}</Content></Write>'
        for number, (name, value) in enumerate(variables.items())
    }


def set_target(variables: dict[str, str]) -> str:
    steps = "".join(f"<Step><Name>{name}</Name></Step>" for name in set_policies(variables))
    return f"<PreFlow><Request>{steps}</Request></PreFlow>"


@pytest.mark.parametrize(
    ("url", "uri", "path", "origin"),
    [
        ("http://t.example", "/marks", "/", ("http", "t.example", 80)),
        ("http://t.example/", "/marks/x", "/x", ("http", "t.example", 80)),
        ("http://t.example:8080/api", "/marks/x", "/api/x", ("http", "t.example", 8080)),
        ("http://t.example/api/", "/marks/x/", "/api/x/", ("http", "t.example", 80)),
        ("https://t.example/api", "/marks", "/api", ("https", "t.example", 443)),
        ("http://t.example/api", "/marks/x?a=1&b=%20", "/api/x?a=1&b=%20", ("http", "t.example", 80)),
        ("http://t.example/api?k=v", "/marks/x?a=1", "/api/x?k=v&a=1", ("http", "t.example", 80)),
        ("http://t.example/api?k=v", "/marks/x", "/api/x?k=v", ("http", "t.example", 80)),
        ("http://[::1]:8080", "/marks/x", "/x", ("http", "::1", 8080)),
        ("http://t.example", "/marks/a%2Fb/%7Ec", "/a%2Fb/%7Ec", ("http", "t.example", 80)),
    ],
)
def test_the_path_suffix_and_the_query_follow_the_targets_url(
    url: str, uri: str, path: str, origin: tuple[str, str, int]
) -> None:
    target_call = sent(f"<URL>{url}</URL>", uri)
    assert target_call.request.uri == path
    at = target_call.origin
    assert (at.scheme, at.host, at.port) == origin
    assert at.is_trusted


@pytest.mark.parametrize(
    ("variables", "path"),
    [
        ({"target.copy.pathsuffix": "false"}, "/api?a=1"),
        ({"target.copy.queryparams": "false"}, "/api/x"),
        ({"target.copy.pathsuffix": "false", "target.copy.queryparams": "false"}, "/api"),
        ({"target.copy.pathsuffix": "true"}, "/api/x?a=1"),
    ],
)
def test_copying_of_path_suffix_and_query_can_be_switched_off(variables: dict[str, str], path: str) -> None:
    assert sent("<URL>http://t.example/api</URL>", "/marks/x?a=1", variables).request.uri == path


def test_target_url_written_in_the_target_flow_sends_the_call_elsewhere() -> None:
    target_call = sent(
        "<URL>http://t.example</URL>", "/marks/x?a=1", {"target.url": "https://other.example/o"}
    )
    assert (target_call.origin.scheme, target_call.origin.host) == ("https", "other.example")
    assert target_call.request.uri == "/o/x?a=1"


def test_an_endpoint_without_url_needs_target_url() -> None:
    assert sent("", "/marks/x", {"target.url": "http://other.example"}).origin.host == "other.example"
    proxy, _ = compiled_with_report(PROXY, "<HTTPTargetConnection/>")
    result = call(proxy.endpoints[0], Response())
    assert result.response.status == 500
    assert "InvalidTargetUrl" in result.response.text


@pytest.mark.parametrize(
    "url", ["ftp://t.example", "t.example", "http://", "http://a b/", "http://u:p@t/", "http://t:x"]
)
def test_a_target_url_that_is_none_is_refused_at_deploy(url: str) -> None:
    _, report = compiled_with_report(PROXY, f"<HTTPTargetConnection><URL>{url}</URL></HTTPTargetConnection>")
    assert any(error.file == "apiproxy/targets/default.xml" and error.line for error in report.errors)


def test_a_wrong_target_url_at_run_time_is_a_fault() -> None:
    target = set_target({"target.url": "gopher://x"})
    proxy, _ = compiled_with_report(
        PROXY,
        f"{target}<HTTPTargetConnection><URL>http://t.example</URL></HTTPTargetConnection>",
        set_policies({"target.url": "gopher://x"}),
    )
    result = call(proxy.endpoints[0], Response())
    assert (result.response.status, "gopher" in result.response.text) == (500, True)


def test_an_address_written_in_the_bundle_is_trusted_and_any_other_is_not() -> None:
    files = {
        "apiproxy/marks.xml": b'<APIProxy name="marks"/>',
        "apiproxy/resources/jsc/x.js": b'var u = "HTTP://Internal.Example:81/a";',
        "apiproxy/proxies/default.xml": f'<ProxyEndpoint name="default">{PROXY}</ProxyEndpoint>'.encode(),
    }
    archive = read_zip(write_zip(files))
    assert authorities_written_in(archive) == {"internal.example:81"}


def test_timeouts_come_from_properties_in_milliseconds() -> None:
    properties = "".join(
        f'<Property name="{name}.timeout.millis">{value}</Property>'
        for name, value in (("connect", 100), ("io", 200), ("keepalive", 300))
    )
    origin = sent(f"<URL>http://t.example</URL><Properties>{properties}</Properties>", "/marks").origin
    assert (origin.connect_timeout_ms, origin.io_timeout_ms, origin.keepalive_timeout_ms) == (100, 200, 300)


@pytest.mark.parametrize("value", ["0", "-1", "soon", "1.5"])
def test_a_timeout_that_is_none_is_refused_at_deploy(value: str) -> None:
    properties = f'<Properties><Property name="io.timeout.millis">{value}</Property></Properties>'
    _, report = compiled_with_report(
        PROXY, f"<HTTPTargetConnection><URL>http://t.example</URL>{properties}</HTTPTargetConnection>"
    )
    assert any("io.timeout.millis" in error.message for error in report.errors)


class Elsewhere:
    def find(self, host: str, port: int) -> tuple[str, str, int] | None:
        return ("http", "127.0.0.1", 4242) if (host, port) == ("t.example", 443) else None


def test_a_redirected_host_is_called_elsewhere_with_its_own_host_field() -> None:
    ports = make_ports()
    ports = Ports(ports.clock, ports.chance, ports.clients, ports.tokens, ports.counters, Elsewhere())
    files = {
        "apiproxy/marks.xml": b'<APIProxy name="marks"/>',
        "apiproxy/proxies/default.xml": f'<ProxyEndpoint name="default">{PROXY}</ProxyEndpoint>'.encode(),
        "apiproxy/targets/default.xml": (
            b'<TargetEndpoint name="default"><HTTPTargetConnection><URL>https://t.example/a</URL>'
            b"</HTTPTargetConnection></TargetEndpoint>"
        ),
    }
    bundle, report = read_bundle(read_zip(write_zip(files)), POLICY_TYPES)
    assert bundle is not None
    proxy = compile_proxy(bundle, Compilation(PLACE, ports, bundle.policies, bundle.resource, report))
    target_call = call(proxy.endpoints[0], Response()).target.calls[0]
    assert target_call.origin.address == ("127.0.0.1", 4242)
    assert (target_call.origin.scheme, target_call.host_header) == ("http", "t.example")
    assert target_call.request.uri == "/a/x"


def test_an_address_that_may_not_be_called_is_a_fault_that_names_the_host() -> None:
    proxy, _ = compiled_with_report(
        PROXY, "<HTTPTargetConnection><URL>http://t.example</URL></HTTPTargetConnection>"
    )
    result = call(proxy.endpoints[0], TargetFailed(Failure.NOT_ALLOWED, "10.0.0.1"))
    assert result.response.status == 500
    assert "10.0.0.1" in result.response.text


@pytest.mark.parametrize(
    ("prefix", "base_path", "joined"),
    [
        ("/", "/v0/weather", "/v0/weather"),
        ("/x", "/v1", "/x/v1"),
        ("x/", "v1/", "/x/v1"),
        ("/", "/", "/"),
        ("", "", "/"),
    ],
)
def test_the_deployments_base_path_comes_first(prefix: str, base_path: str, joined: str) -> None:
    assert joined_base_path(prefix, base_path) == joined
