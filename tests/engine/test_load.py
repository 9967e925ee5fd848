"""From bytes to a compiled proxy: everything that is wrong at once, or something that can serve."""

import pytest
from tests.engine.harness import POLICY_TYPES
from tests.support.bundles import COMPLETE
from tests.support.ports import make_ports

from gatewright.bundle.archive import write_zip
from gatewright.bundle.diagnostics import Report
from gatewright.engine.context import Place
from gatewright.engine.load import load_proxy
from gatewright.engine.ports import unplugged
from gatewright.engine.proxy import CompiledProxy
from gatewright.engine.surroundings import Surroundings

PLACE = Place("myorg", "test", "p", "7", "/x")


def load(
    files: dict[str, str], virtual_hosts: frozenset[str] | None = None
) -> tuple[CompiledProxy | None, Report]:
    data = write_zip({f"apiproxy/{path}": text.encode() for path, text in files.items()})
    return load_proxy(data, POLICY_TYPES, Surroundings(PLACE, virtual_hosts), make_ports())


def test_a_whole_bundle_becomes_a_proxy_at_its_place() -> None:
    proxy, report = load(dict(COMPLETE))
    assert proxy is not None
    assert report.errors == ()
    assert proxy.place == PLACE
    assert [endpoint.base_path for endpoint in proxy.endpoints] == ["/x/p"]


@pytest.mark.parametrize("data", [b"", b"not a zip", b"PK\x05\x06" + bytes(18)])
def test_what_is_no_bundle_is_one_error_and_no_proxy(data: bytes) -> None:
    proxy, report = load_proxy(data, POLICY_TYPES, Surroundings(PLACE), make_ports())
    assert proxy is None
    assert report.errors


def test_every_problem_is_found_at_once_with_its_file_and_line() -> None:
    broken = (
        '<ProxyEndpoint name="default">\n<PreFlow><Request><Step><Name>nobody</Name></Step></Request>'
        "</PreFlow>\n"
        "<HTTPProxyConnection><BasePath>/p</BasePath><VirtualHost>nowhere</VirtualHost></HTTPProxyConnection>\n"
        '<RouteRule name="r"><Condition>a = </Condition><TargetEndpoint>none</TargetEndpoint></RouteRule>\n'
        "</ProxyEndpoint>"
    )
    target = (
        '<TargetEndpoint name="default">\n<HTTPTargetConnection><URL>ftp://x</URL></HTTPTargetConnection>\n'
        "</TargetEndpoint>"
    )
    files = dict(COMPLETE) | {"proxies/default.xml": broken, "targets/default.xml": target}
    proxy, report = load(files, frozenset({"default"}))
    assert proxy is None
    found = {(error.file, error.line) for error in report.errors}
    assert {("apiproxy/proxies/default.xml", line) for line in (2, 3, 4)} <= found
    assert ("apiproxy/targets/default.xml", 2) in found


def test_virtual_hosts_are_checked_only_where_they_are_known() -> None:
    endpoint = COMPLETE["proxies/default.xml"].replace(
        "</BasePath>", "</BasePath><VirtualHost>v</VirtualHost>"
    )
    files = dict(COMPLETE) | {"proxies/default.xml": endpoint}
    assert load(files)[0] is not None
    assert load(files, frozenset({"default"}))[0] is None


def test_compiling_reaches_nothing_outside() -> None:
    data = write_zip({f"apiproxy/{path}": text.encode() for path, text in COMPLETE.items()})
    assert load_proxy(data, POLICY_TYPES, Surroundings(PLACE), unplugged())[0] is not None
