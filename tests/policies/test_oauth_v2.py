"""OAuthV2 says before deployment what cannot work, and accepts what real bundles write."""

import pytest
from tests.policies.oauth.support import CLIENT_CREDENTIALS, GENERATE, REFRESH, VERIFY, oauth
from tests.policies.support import findings, request
from tests.support.ports import make_ports

from gatewright.policies.oauth_v2 import OAuthV2


def generating(*grant_types: str) -> str:
    """A token endpoint with each grant type on a line of its own, from the second on."""
    listed = "".join(f"\n<GrantType>{each}</GrantType>" for each in grant_types)
    return f"{GENERATE}<SupportedGrantTypes>{listed}</SupportedGrantTypes>"


DEPLOYMENT: list[tuple[str, str, list[tuple[str, int]]]] = [
    ("no operation", "", [("OperationRequired", 1)]),
    ("an empty operation", "\n<Operation/>", [("OperationRequired", 1)]),
    ("an unknown operation", "\n<Operation>Verify</Operation>", [("InvalidOperation", 2)]),
    ("codes", "\n<Operation>GenerateAuthorizationCode</Operation>", [("unsupported-operation", 2)]),
    ("implicit", "\n<Operation>GenerateAccessTokenImplicitGrant</Operation>", [("unsupported-operation", 2)]),
    ("invalidating", "\n<Operation>InvalidateToken</Operation>", [("unsupported-operation", 2)]),
    ("validating", "\n<Operation>ValidateToken</Operation>", [("unsupported-operation", 2)]),
    ("JWT", "\n<Operation>VerifyJWTAccessToken</Operation>", [("unsupported-operation", 2)]),
    ("no grant type", GENERATE, [("unsupported-grant-type", 1), ("unsupported-grant-type", 1)]),
    ("password", generating("client_credentials", "password"), [("unsupported-grant-type", 3)]),
    ("an unknown grant type", generating("client_credentials", "magic"), [("InvalidGrantType", 3)]),
    (
        "grant types of a verification",
        f"\n{VERIFY}{CLIENT_CREDENTIALS}",
        [("GrantTypesNotApplicableForOperation", 2)],
    ),
    (
        "no lifetime",
        f"{GENERATE}{CLIENT_CREDENTIALS}\n<ExpiresIn>0</ExpiresIn>",
        [("InvalidValueForExpiresIn", 2)],
    ),
    (
        "no number",
        f"{GENERATE}{CLIENT_CREDENTIALS}\n<ExpiresIn ref='x'>1h</ExpiresIn>",
        [("InvalidValueForExpiresIn", 2)],
    ),
    (
        "no lifetime of a refresh token",
        f"{REFRESH}\n<RefreshTokenExpiresIn>-2</RefreshTokenExpiresIn>",
        [("InvalidValueForRefreshTokenExpiresIn", 2)],
    ),
    (
        "a lifetime for a verification",
        f"{VERIFY}\n<ExpiresIn>1000</ExpiresIn>",
        [("ExpiresInNotApplicableForOperation", 2)],
    ),
    (
        "a refresh token's for a verification",
        f"{VERIFY}\n<RefreshTokenExpiresIn>1000</RefreshTokenExpiresIn>",
        [("RefreshTokenExpiresInNotApplicableForOperation", 2)],
    ),
    (
        "a token without a variable",
        f"{VERIFY}<Tokens>\n<Token type='accesstoken' cascade='true'/></Tokens>",
        [("TokenValueRequired", 2)],
    ),
    (
        "several at once",
        "<ExpiresIn>0</ExpiresIn><Tokens><Token/></Tokens>",
        [("OperationRequired", 1), ("InvalidValueForExpiresIn", 1), ("TokenValueRequired", 1)],
    ),
]


@pytest.mark.parametrize(
    ("inside", "rules"), [row[1:] for row in DEPLOYMENT], ids=[row[0] for row in DEPLOYMENT]
)
def test_what_cannot_work_is_not_deployed(inside: str, rules: list[tuple[str, int]]) -> None:
    found = findings(OAuthV2, oauth(inside))
    assert [(each.rule, each.line) for each in found] == rules
    assert {each.severity for each in found} == {"error"}


@pytest.mark.parametrize("name", ["GenerateAuthorizationCode", "InvalidateToken"])
def test_an_operation_that_is_not_carried_out_is_named(name: str) -> None:
    (found,) = findings(OAuthV2, oauth(f"<Operation>{name}</Operation>"))
    assert name in found.message
    assert found.element == "OAuthV2/Operation"


def test_what_has_no_effect_is_said() -> None:
    inside = (
        f"{VERIFY}<GenerateResponse enabled='true'><Format>FORM_PARAM</Format></GenerateResponse>"
        "<CacheExpiryInSeconds>30</CacheExpiryInSeconds><OAuthConfig>x</OAuthConfig>"
    )
    found = findings(OAuthV2, oauth(inside))
    assert {each.severity for each in found} == {"warning"}
    assert len(found) == 3


STARTER = OAuthV2.new_xml("OAuth-v20-1", "OAuth v2.0-1")
# Policies of api-platform-samples: default-proxies/oauth (both), oauth-verify-accesstoken, perf-proxies,
# advanced-api-services/token-gen.
TUTORIALS_TOKEN = """<OAuthV2 name="GenerateAccessTokenClient">
  <Operation>GenerateAccessToken</Operation>
  <ExpiresIn>3600000</ExpiresIn>
  <SupportedGrantTypes><GrantType>client_credentials</GrantType></SupportedGrantTypes>
  <GrantType>request.queryparam.grant_type</GrantType>
  <GenerateResponse/>
</OAuthV2>"""
TUTORIALS_REFRESH = """<OAuthV2 name="RefreshAccessToken">
  <Operation>RefreshAccessToken</Operation>
  <ExpiresIn>1800000</ExpiresIn>
  <GrantType>request.queryparam.grant_type</GrantType>
  <GenerateResponse/>
</OAuthV2>"""
VERIFYING = '<OAuthV2 name="ValidateOAuth"><Operation>VerifyAccessToken</Operation></OAuthV2>'
WITH_EMPTY_PARTS = """<OAuthV2 enabled="true" continueOnError="false" async="false" name="ValidateOAuth">
  <DisplayName>ValidateOAuth</DisplayName>
  <FaultRules/>
  <Properties/>
  <Attributes/>
  <ExternalAuthorization>false</ExternalAuthorization>
  <Operation>VerifyAccessToken</Operation>
  <SupportedGrantTypes/>
</OAuthV2>"""
WITH_ATTRIBUTES_TWICE = """<OAuthV2 name="generateapigeeaccesstoken_ccg">
  <Attributes/>
  <Operation>GenerateAccessToken</Operation>
  <SupportedGrantTypes><GrantType>client_credentials</GrantType></SupportedGrantTypes>
  <GrantType>credentials.grant_type</GrantType>
  <ExpiresIn ref="expiresIn_string">3600</ExpiresIn>
  <Attributes><Attribute name="appServicesOrgName" ref="org" display="false"></Attribute></Attributes>
</OAuthV2>"""
REAL = [STARTER, TUTORIALS_TOKEN, TUTORIALS_REFRESH, VERIFYING, WITH_EMPTY_PARTS, WITH_ATTRIBUTES_TWICE]


@pytest.mark.parametrize("xml", REAL)
def test_what_real_bundles_write_is_accepted_without_findings(xml: str) -> None:
    assert findings(OAuthV2, xml) == []


def test_an_operation_that_gets_through_undeployable_lets_nothing_pass() -> None:
    from tests.policies.support import PLACE

    from gatewright.bundle.diagnostics import Report
    from gatewright.bundle.source import parse_document
    from gatewright.engine.compiler import Compilation, Compiler
    from gatewright.engine.faults import Fault
    from gatewright.engine.variables import Segment

    document, _ = parse_document("p.xml", oauth("<Operation>ValidateToken</Operation>").encode())
    assert document is not None
    policy = OAuthV2.parse(document, Report())
    assert policy is not None
    shared = Compilation(place=PLACE, ports=make_ports(), policies={}, resources=lambda _: None)
    execute = policy.compile(Compiler(shared, Segment.REQUEST))
    with pytest.raises(Fault, match="ValidateToken is not supported"):
        execute(request())
