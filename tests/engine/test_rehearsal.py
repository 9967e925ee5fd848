"""A rehearsal finds what a deployment would, and needs neither store nor environment for it."""

from types import MappingProxyType

import pytest

from gatewright.bundle.archive import Archive
from gatewright.engine.context import Place
from gatewright.engine.rehearsal import rehearse
from gatewright.engine.surroundings import Surroundings
from gatewright.policies import POLICIES, policy_types
from gatewright.policies.base import Policy

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


def starter_of(kind: type[Policy]) -> str:
    return kind.starter.replace("$NAME", "it").replace("$DISPLAY_NAME", "It")


VERIFY = '<OAuthV2 name="it"><Operation>VerifyAccessToken</Operation></OAuthV2>'
REFRESH = (
    '<OAuthV2 name="it"><Operation>RefreshAccessToken</Operation><GenerateResponse enabled="true"/></OAuthV2>'
)


@pytest.mark.parametrize(
    "policy", [*filter(None, map(starter_of, POLICIES)), VERIFY, REFRESH], ids=lambda xml: xml[:60]
)
def test_no_policy_uses_a_port_while_it_is_compiled(policy: str) -> None:
    endpoint = (
        '<ProxyEndpoint name="default"><HTTPProxyConnection><BasePath>/p</BasePath></HTTPProxyConnection>'
        "<PreFlow><Request><Step><Name>it</Name></Step></Request></PreFlow>"
        '<RouteRule name="none"/></ProxyEndpoint>'
    )
    files = {**archive(endpoint).files, "apiproxy/policies/it.xml": policy.encode()}
    report = rehearse(Archive("apiproxy", MappingProxyType(files)), policy_types(), ANYWHERE)
    assert [str(error) for error in report.errors] == []


def test_an_unreadable_file_is_told_and_nothing_else_is_tried() -> None:
    (error,) = rehearse(archive("<ProxyEndpoint"), policy_types(), ANYWHERE).errors
    assert error.rule == "malformed-xml"
