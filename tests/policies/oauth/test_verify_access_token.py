"""VerifyAccessToken lets calls with a good token through and refuses the others in Edge's words."""

import json
import logging

import pytest
from tests.policies.oauth.support import (
    BEARER,
    FORM,
    NEW,
    VERIFY,
    WORDS,
    Row,
    filled_in,
    generate,
    oauth,
    ports_of,
    rows,
    verify,
)
from tests.policies.support import request, run
from tests.support.ports import NOW_MS, MapClients
from tests.support.records import CLIENT, DEVELOPER, KEY, SECRET, TOKEN, token

from gatewright.message import Value
from gatewright.policies.oauth_v2 import OAuthV2


@pytest.mark.parametrize("row", rows("verify_access_token"))
@pytest.mark.parametrize("waits", [False, True], ids=["in memory", "in the store"])
def test_a_token_is_verified_as_the_row_says(row: Row, waits: bool) -> None:
    row = filled_in(row, WORDS | {"$TOKEN": TOKEN})
    outcome = verify(row, waits=waits)
    if row.get("allowed"):
        assert outcome.fault is None
        return
    status, code, text = row.get("status", 401), row["code"], row["fault"]
    assert outcome.answer.status == status
    assert json.loads(outcome.answer.content) == {
        "fault": {"faultstring": text, "detail": {"errorcode": code}}
    }
    # A header that live organizations send; see the row's file for where it was read.
    error = "insufficient_scope" if status == 403 else "invalid_token"
    challenge = f'Bearer realm="null",error="{error}",error_description="{code}: {text}"'
    assert (outcome.answer.headers.get("www-authenticate") or "").startswith(challenge)
    assert outcome.flow.variables["oauthV2.Token.failed"] is True
    assert "access_token" not in outcome.flow.variables


def test_the_variables_of_a_verified_token_are_set() -> None:
    outcome = verify(
        {"token": {"attributes": ()}, "policy": ""},
    )
    variables = outcome.flow.variables
    wanted: dict[str, Value] = {
        "organization_name": "myorg",
        "developer.id": f"myorg@@@{DEVELOPER.developer_id}",
        "developer.app.name": "weatherapp",
        "client_id": KEY,
        "grant_type": "client_credentials",
        "token_type": "BearerToken",
        "access_token": TOKEN,
        "issued_at": str(NOW_MS - 60_000),
        "expires_in": "3539",
        "status": "approved",
        "scope": "READ",
        "apiproduct.name": "PremiumWeatherAPI",
        "apiproduct.access": "public",
        "apiproduct.developer.quota.limit": "10",
        "apiproduct.developer.quota.interval": "1",
        "apiproduct.developer.quota.timeunit": "minute",
        "app.name": "weatherapp",
        "app.id": CLIENT.app.app_id,
        "app.DisplayName": "Weather App",
        "app.apiproducts": ["PremiumWeatherAPI"],
        "app.appType": "Developer",
        "developer.email": "tesla@weathersample.com",
        "developer.tier": "gold",
    }
    assert {name: variables.get(name) for name in wanted} == wanted
    documented = {each.name for each in OAuthV2.variables if "{" not in each.name}
    assert documented <= set(variables)


def test_the_attributes_of_a_token_are_variables() -> None:
    ports, _ = ports_of({})
    generate(
        '<Attributes><Attribute name="user">bob</Attribute>'
        '<Attribute name="h" display="false">x</Attribute></Attributes>',
        ports=ports,
    )
    flow = request(headers={"Authorization": f"Bearer {NEW}"}, ports=ports)
    variables = run(OAuthV2, oauth(VERIFY), flow, ports=ports).flow.variables
    assert (variables["accesstoken.user"], variables["accesstoken.h"]) == ("bob", "x")


def test_a_token_in_memory_is_verified_without_waiting() -> None:
    assert verify({}).waits == 0
    assert verify({}, waits=True).waits == 1


@pytest.mark.parametrize("part", ["tokens", "clients"])
@pytest.mark.parametrize("waits", [False, True])
def test_while_the_store_is_away_no_token_is_called_invalid(part: str, waits: bool) -> None:
    ports, kept = ports_of({}, token())
    assert isinstance(ports.clients, MapClients)
    reach = kept.reach if part == "tokens" else ports.clients.reach
    reach.waits, reach.is_away = waits, True
    outcome = run(OAuthV2, oauth(VERIFY), request(headers=BEARER, ports=ports), ports=ports)
    assert outcome.answer.status == 503
    assert outcome.answer.headers.get("www-authenticate") is None
    assert outcome.flow.variables["oauthV2.Token.fault.name"] == "keymanagement.service.ServiceUnavailable"


def test_what_is_refused_names_its_stem_as_the_fault() -> None:
    variables = verify({"token": {"status": "revoked"}}).flow.variables
    assert variables["oauthV2.Token.fault.name"] == "keymanagement.service.access_token_not_approved"
    assert variables["oauthV2.Token.fault.cause"] == "Access Token not approved"


def test_the_challenge_names_the_scopes_and_the_realm() -> None:
    xml = oauth(
        f"{VERIFY}<Scope>READ WRITE</Scope>"
        "<GenerateErrorResponse><Realm>weather</Realm></GenerateErrorResponse>",
        ' continueOnError="true"',
    )
    outcome = verify({}, xml=xml)
    assert outcome.answered
    assert outcome.answer.headers.get("www-authenticate") == (
        'Bearer realm="weather",error="insufficient_scope",'
        'error_description="steps.oauth.v2.InsufficientScope: '
        'Required scope(s) : VerifyAccessToken.scopeSet",'
        'scope="READ WRITE"'
    )


def test_a_path_cannot_break_out_of_the_challenge() -> None:
    row = {"path": '/a"b\\é', "products": [{"name": "PremiumWeatherAPI", "api_resources": ["/other"]}]}
    outcome = verify(row)
    challenge = outcome.answer.headers.get("www-authenticate") or ""
    assert "APIResource /a?b?? does not exist" in challenge


def test_the_log_says_which_scope_is_missing_and_holds_no_token(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    verify({"policy": "<Scope>READ WRITE</Scope>"})
    assert "the token has scopes [READ] and lacks [WRITE]" in caplog.text
    assert TOKEN not in caplog.text


def test_the_log_says_why_no_token_was_issued_and_holds_no_secret(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    generate(form=f"{FORM}x")
    generate(form=FORM.replace(KEY, "unknown"))
    assert "app weatherapp: wrong secret" in caplog.text
    assert "there is no such consumer key" in caplog.text
    assert SECRET not in caplog.text
    assert KEY not in caplog.text
