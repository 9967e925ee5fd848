"""Token endpoints and protected calls, described by rows; see tests/conformance/oauth_*.toml."""

import base64
import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from tests.policies.support import Outcome, request, run
from tests.support.ports import MapClients, MapTokens, make_ports
from tests.support.records import KEY, PRODUCT, REFRESH_TOKEN, SECRET, TOKEN, client, token

from gatewright.engine.ports import Ports
from gatewright.entities import AccessToken, Client, token_hash
from gatewright.policies.oauth_v2 import OAuthV2

Row = dict[str, Any]
GENERATE = "<Operation>GenerateAccessToken</Operation>"
CLIENT_CREDENTIALS = "<SupportedGrantTypes><GrantType>client_credentials</GrantType></SupportedGrantTypes>"
REFRESH = "<Operation>RefreshAccessToken</Operation>"
VERIFY = "<Operation>VerifyAccessToken</Operation>"
FORM = f"grant_type=client_credentials&client_id={KEY}&client_secret={SECRET}"
REFRESH_FORM = (
    f"grant_type=refresh_token&refresh_token={REFRESH_TOKEN}&client_id={KEY}&client_secret={SECRET}"
)
BEARER = {"Authorization": f"Bearer {TOKEN}"}
NEW, NEW2 = "1".rjust(28, "0"), "2".rjust(32, "0")


def oauth(inside: str, attributes: str = "") -> str:
    return f'<OAuthV2 name="Token"{attributes}>{inside}</OAuthV2>'


def rows(name: str) -> list[Any]:
    text = (Path(__file__).parents[2] / "conformance" / f"oauth_{name}.toml").read_text("utf-8")
    return [pytest.param(row, id=row["rule"]) for row in tomllib.loads(text)["row"]]


def filled_in(value: Any, words: dict[str, str]) -> Any:
    """The value with `$KEY` and the like replaced, at any depth."""
    if isinstance(value, dict):
        return {name: filled_in(each, words) for name, each in value.items()}
    if isinstance(value, list):
        return [filled_in(each, words) for each in value]
    if isinstance(value, str):
        for word, text in words.items():
            value = value.replace(word, text)
    return value


WORDS = {
    "$KEY": KEY,
    "$SECRET": SECRET,
    "$BASE64": base64.b64encode(f"{KEY}:{SECRET}".encode()).decode(),
    "$HASH": token_hash(TOKEN),
    "$REFRESH": REFRESH_TOKEN,
    "$ACCESS": TOKEN,
    "$NEW2": NEW2,
    "$NEW": NEW,
}


def known_client(row: Row) -> Client:
    made = [replace(PRODUCT, **_with_tuples(each)) for each in row.get("products", [])]
    return client(*made, statuses=row.get("statuses"), **row.get("client", {}))


def changes(row: Row) -> Row:
    """What the row changes in its token's record."""
    return _with_tuples(row.get("token", {}))


def _with_tuples(record: Row) -> Row:
    return {name: tuple(v) if isinstance(v, list) else v for name, v in record.items()}


def headers_of(row: Row) -> dict[str, str]:
    headers = dict(row.get("headers", {}))
    if "basic" in row:
        headers["Authorization"] = "Basic " + base64.b64encode(row["basic"].encode()).decode()
    return headers


def ports_of(row: Row, *tokens: AccessToken) -> tuple[Ports, MapTokens]:
    clients, kept = MapClients(), MapTokens()
    clients.add(known_client(row))
    kept.add(*tokens)
    return make_ports(clients=clients, tokens=kept), kept


def ask(row: Row, xml: str, ports: Ports) -> Outcome:
    """A request to a token endpoint, as the row says."""
    flow = request(
        row.get("verb", "POST"),
        row.get("path", "/accesstoken"),
        headers=headers_of(row),
        form=row.get("form"),
        variables=row.get("variables"),
        ports=ports,
    )
    return run(OAuthV2, xml, flow, ports=ports)


def check_answer(outcome: Outcome, row: Row) -> None:
    answer = outcome.answer
    body = json.loads(answer.content)
    assert answer.status == row["status"], body
    assert answer.headers.get("content-type") == "application/json"
    if "json" in row:
        assert body == json.loads(row["json"])
    assert {name: body.get(name) for name in row.get("holds", {})} == row.get("holds", {})
    assert not set(row.get("lacks", ())) & set(body)
    for name, value in row.get("answer_headers", {}).items():
        assert answer.headers.get(name) == value
    if "fault" in row:
        assert outcome.flow.fault is not None
        assert outcome.flow.fault.name == row["fault"]
    assert outcome.flow.variables.get("oauthV2.Token.failed", False) is (answer.status != 200)


def verify(row: Row, *, waits: bool = False, xml: str | None = None) -> Outcome:
    ports, kept = ports_of(row, token(**changes(row)))
    assert isinstance(ports.clients, MapClients)
    ports.clients.reach.waits = kept.reach.waits = waits
    flow = request(path=row.get("path", "/forecastrss"), headers=row.get("headers", BEARER), ports=ports)
    return run(OAuthV2, xml or oauth(VERIFY + row.get("policy", "")), flow, ports=ports)


def generate(
    inside: str = "<GenerateResponse/>", *, ports: Ports | None = None, attributes: str = "", form: str = FORM
) -> Outcome:
    ports = ports or ports_of({})[0]
    flow = request("POST", "/accesstoken", form=form, ports=ports)
    return run(OAuthV2, oauth(GENERATE + CLIENT_CREDENTIALS + inside, attributes), flow, ports=ports)
