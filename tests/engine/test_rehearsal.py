"""A rehearsal finds what a deployment would, and needs neither store nor environment for it."""

from types import MappingProxyType

from gatewright.bundle.archive import Archive
from gatewright.engine.context import Place
from gatewright.engine.load import Surroundings
from gatewright.engine.rehearsal import rehearse
from gatewright.policies import policy_types

ANYWHERE = Surroundings(Place("o", "e", "p", "1"), virtual_hosts=None)


def archive(endpoint: str) -> Archive:
    files = {
        "apiproxy/p.xml": b'<APIProxy name="p"/>',
        "apiproxy/proxies/default.xml": endpoint.encode(),
    }
    return Archive("apiproxy", MappingProxyType(files))


def test_a_sound_bundle_has_an_empty_report() -> None:
    endpoint = (
        '<ProxyEndpoint name="default"><HTTPProxyConnection><BasePath>/p</BasePath></HTTPProxyConnection>'
        '<RouteRule name="none"/></ProxyEndpoint>'
    )
    assert list(rehearse(archive(endpoint), policy_types(), ANYWHERE)) == []


def test_what_only_the_compiler_sees_is_found_too() -> None:
    endpoint = (
        '<ProxyEndpoint name="default"><HTTPProxyConnection><BasePath>/p</BasePath></HTTPProxyConnection>'
        '<RouteRule name="r"><Condition>a = </Condition></RouteRule></ProxyEndpoint>'
    )
    report = rehearse(archive(endpoint), policy_types(), ANYWHERE)
    assert [error.file for error in report.errors]


def test_an_unreadable_file_is_told_and_nothing_else_is_tried() -> None:
    (error,) = rehearse(archive("<ProxyEndpoint"), policy_types(), ANYWHERE).errors
    assert error.rule == "malformed-xml"
