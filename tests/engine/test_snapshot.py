"""Which virtual host answers to a Host field, and whose a base path is."""

import pytest
from tests.engine.harness import compiled

from gatewright.engine.context import VirtualHostFacts
from gatewright.engine.proxy import CompiledProxy
from gatewright.engine.snapshot import NOTHING, Snapshot, host_without_port, virtual_host_routes

PLAIN = VirtualHostFacts("default", ("a.localhost",), is_tls=False)
SECURE = VirtualHostFacts("secure", ("a.localhost",), is_tls=True)


def proxy(base_path: str = "/marks", virtual_host: str = "") -> CompiledProxy:
    hosts = f"<VirtualHost>{virtual_host}</VirtualHost>" if virtual_host else ""
    connection = f"<HTTPProxyConnection><BasePath>{base_path}</BasePath>{hosts}</HTTPProxyConnection>"
    target = "<HTTPTargetConnection><URL>http://t.example</URL></HTTPTargetConnection>"
    return compiled(connection + '<RouteRule name="null"/>', target)


def snapshot(*proxies: CompiledProxy) -> Snapshot:
    plain = virtual_host_routes("o", "e", PLAIN, proxies)
    secure = virtual_host_routes("o", "e", SECURE, proxies)
    return Snapshot(1, {(False, "a.localhost"): plain, (True, "a.localhost"): secure}, plain)


@pytest.mark.parametrize(
    ("host", "without"),
    [
        ("Example.com:80", "example.com"),
        ("example.com", "example.com"),
        ("[::1]:80", "[::1]"),
        ("[::1]", "[::1]"),
        ("example.com:", "example.com:"),
        ("example.com:x", "example.com:x"),
        ("", ""),
    ],
)
def test_a_host_is_matched_without_its_port_and_case(host: str, without: str) -> None:
    assert host_without_port(host) == without


@pytest.mark.parametrize("host", ["a.localhost", "A.LOCALHOST", "a.localhost:9001", "A.localhost:1"])
def test_an_alias_leads_to_its_virtual_host_on_its_kind_of_listener(host: str) -> None:
    plain = snapshot().virtual_host(is_tls=False, host=host)
    secure = snapshot().virtual_host(is_tls=True, host=host)
    assert plain is not None
    assert secure is not None
    assert (plain.facts, secure.facts) == (PLAIN, SECURE)


def test_another_host_leads_nowhere() -> None:
    assert snapshot().virtual_host(is_tls=False, host="b.localhost") is None
    assert NOTHING.virtual_host(is_tls=False, host=None) is None


def test_a_request_without_a_host_is_served_only_without_tls() -> None:
    found = snapshot().virtual_host(is_tls=False, host=None)
    assert found is not None
    assert found.facts is PLAIN
    assert snapshot().virtual_host(is_tls=True, host=None) is None


def test_a_proxy_is_on_the_virtual_hosts_that_it_names_or_on_all() -> None:
    anywhere, secure = proxy("/any"), proxy("/secure", "secure")
    plain = virtual_host_routes("o", "e", PLAIN, [anywhere, secure])
    assert plain.router.find("/any") is not None
    assert plain.router.find("/secure") is None
    assert virtual_host_routes("o", "e", SECURE, [secure]).router.find("/secure") is not None


def test_who_comes_first_keeps_a_base_path_and_the_others_are_told() -> None:
    first, second = proxy("/v1"), proxy("/v1/")
    routes = virtual_host_routes("o", "e", PLAIN, [first, second])
    found = routes.router.find("/v1")
    assert found is not None
    assert found.endpoint is first.endpoints[0]
    assert routes.conflicts == second.endpoints
