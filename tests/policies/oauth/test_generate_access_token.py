"""GenerateAccessToken issues tokens exactly as the rows say, keeps hashes and tells what it did."""

import json

import pytest
from tests.policies.oauth.support import (
    CLIENT_CREDENTIALS,
    FORM,
    GENERATE,
    NEW,
    WORDS,
    Row,
    ask,
    check_answer,
    filled_in,
    generate,
    oauth,
    ports_of,
    rows,
)
from tests.support.ports import NOW_MS, MapClients
from tests.support.records import CLIENT, DEVELOPER, KEY, SECRET

from gatewright.entities import token_hash
from gatewright.message import Value


@pytest.mark.parametrize("row", rows("generate_access_token"))
def test_a_token_is_generated_as_the_row_says(row: Row) -> None:
    row = filled_in(row, WORDS | {"$TOKEN": NEW})
    ports, kept = ports_of(row)
    outcome = ask(row, oauth(f"{GENERATE}{CLIENT_CREDENTIALS}{row['policy']}"), ports)
    check_answer(outcome, row)
    assert len(list(kept)) == (row["status"] == 200), "a token is kept when it is answered, and only then"
    assert outcome.answered is (row["status"] == 200)


def test_the_record_of_a_token_holds_its_hash_and_never_the_token() -> None:
    ports, kept = ports_of({})
    generate(
        "<AppEndUser>user</AppEndUser><ExpiresIn>1000</ExpiresIn>"
        '<Attributes><Attribute name="a" display="false">1</Attribute></Attributes>',
        ports=ports,
    )
    (record,) = kept
    assert (record.hash, record.issued_at, record.expires_at) == (token_hash(NEW), NOW_MS, NOW_MS + 1_000)
    assert (record.client_id, record.app_id, record.developer_id) == (
        KEY,
        CLIENT.app.app_id,
        DEVELOPER.developer_id,
    )
    assert (record.grant_type, record.scopes) == ("client_credentials", ("READ",))
    assert record.refresh_token_hash == ""
    assert [(each.name, each.value, each.display) for each in record.attributes] == [("a", "1", False)]
    assert NEW not in repr(record)


def test_the_end_user_is_kept_with_the_token() -> None:
    ports, kept = ports_of({})
    generate("<AppEndUser>request.formparam.user</AppEndUser>", ports=ports, form=f"{FORM}&user=bob")
    (record,) = kept
    assert record.end_user == "bob"


def test_an_answer_with_a_token_must_not_be_kept_by_anyone() -> None:
    headers = generate().answer.headers
    assert (headers.get("cache-control"), headers.get("pragma")) == ("no-store", "no-cache")
    headers = generate(form="grant_type=x").answer.headers
    assert (headers.get("cache-control"), headers.get("pragma")) == ("no-store", "no-cache")


def test_the_fields_of_an_answer_stand_in_edges_order() -> None:
    assert list(json.loads(generate().answer.content)) == [
        "issued_at", "application_name", "scope", "status", "api_product_list", "api_product_list_json",
        "expires_in", "developer.email", "organization_id", "token_type", "client_id", "access_token",
        "organization_name", "refresh_token_expires_in", "refresh_count",
    ]  # fmt: skip


@pytest.mark.parametrize("inside", ["", "<GenerateResponse enabled='false'/>", "<GenerateResponse/>"])
def test_a_tokens_variables_are_set_whether_the_policy_answers_or_not(inside: str) -> None:
    outcome = generate(
        inside + '<Attributes><Attribute name="tier" display="false">gold</Attribute></Attributes>'
    )
    wanted: dict[str, Value] = {
        "access_token": NEW,
        "token_type": "BearerToken",
        "issued_at": str(NOW_MS),
        "expires_in": "1799",
        "status": "approved",
        "scope": "READ",
        "grant_type": "client_credentials",
        "client_id": KEY,
        "application_name": CLIENT.app.app_id,
        "api_product_list": "[PremiumWeatherAPI]",
        "api_product_list_json": ["PremiumWeatherAPI"],
        "organization_name": "myorg",
        "organization_id": "0",
        "developer.email": "tesla@weathersample.com",
        "developer.id": f"myorg@@@{DEVELOPER.developer_id}",
        "developer.app.name": "weatherapp",
        "refresh_token_expires_in": "0",
        "refresh_count": "0",
        "accesstoken.tier": "gold",
    }
    assert outcome.flow.variables == {
        f"oauthv2accesstoken.Token.{name}": value for name, value in wanted.items()
    }
    assert outcome.answered is (inside == "<GenerateResponse/>")
    assert outcome.fault is None


def test_a_token_made_elsewhere_is_kept_only_when_the_policy_says_so() -> None:
    for inside, is_kept in (("", False), ("<StoreToken>true</StoreToken>", True)):
        ports, kept = ports_of({})
        external = (
            f"<ExternalAccessToken>request.formparam.x</ExternalAccessToken>{inside}<GenerateResponse/>"
        )
        outcome = generate(external, ports=ports, form=f"{FORM}&x=elsewhere")
        assert json.loads(outcome.answer.content)["access_token"] == "elsewhere"
        assert [each.hash for each in kept] == ([token_hash("elsewhere")] if is_kept else [])


def test_a_token_made_elsewhere_may_have_two_kilobytes() -> None:
    external = "<ExternalAccessToken>request.formparam.x</ExternalAccessToken><StoreToken>true</StoreToken>"
    external += "<GenerateResponse/>"
    assert generate(external, form=f"{FORM}&x={'a' * 2_048}").answer.status == 200
    outcome = generate(external, form=f"{FORM}&x={'a' * 2_049}")
    assert outcome.answer.status == 400
    assert json.loads(outcome.answer.content)["ErrorCode"] == "invalid_request"


def test_failures_are_told_in_variables() -> None:
    variables = generate(form=f"client_id={KEY}&client_secret={SECRET}").flow.variables
    assert variables["oauthV2.Token.failed"] is True
    assert variables["oauthV2.Token.fault.name"] == "invalid_request"
    assert variables["oauthV2.Token.fault.cause"] == "Required param : grant_type"


@pytest.mark.parametrize(
    ("inside", "body"),
    [
        ("", None),
        ("<GenerateErrorResponse enabled='false'/>", None),
        ("<GenerateErrorResponse/>", {"ErrorCode": "invalid_client", "Error": "ClientId is Invalid"}),
        ("<GenerateResponse/>", None),
    ],
)
def test_a_flow_that_goes_on_after_an_error_is_answered_only_by_generate_error_response(
    inside: str, body: object
) -> None:
    outcome = generate(inside, attributes=' continueOnError="true"', form=FORM + "x")
    assert outcome.answered is (body is not None)
    assert outcome.flow.variables["oauthV2.Token.failed"] is True
    if body is None:
        assert outcome.flow.response is None
        assert outcome.flow.error is None
    else:
        assert (outcome.answer.status, json.loads(outcome.answer.content)) == (401, body)


@pytest.mark.parametrize("waits", [False, True])
def test_while_the_store_is_away_no_client_is_called_invalid(waits: bool) -> None:
    ports, _ = ports_of({})
    assert isinstance(ports.clients, MapClients)
    ports.clients.reach.waits, ports.clients.reach.is_away = waits, True
    outcome = generate(ports=ports)
    assert (outcome.answer.status, outcome.flow.variables["oauthV2.Token.failed"]) == (503, True)


def test_a_token_that_cannot_be_kept_is_not_answered() -> None:
    ports, kept = ports_of({})
    kept.reach.is_away = True
    outcome = generate(ports=ports)
    assert (outcome.answer.status, outcome.answered) == (503, False)
    assert NEW.encode() not in outcome.answer.content
