"""A caller who was let through a moment ago is let through again, as long as nothing it rests on has changed.

That nothing was looked up is seen by the store, which is away by then.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from msgspec.structs import replace
from tests.policies.support import Outcome, compile_step, request, run_step
from tests.support.ports import NOW_MS, FixedClock, MapClients, MapTokens, make_ports
from tests.support.records import KEY, TOKEN, client, product, token

from gatewright.entities import NEVER, AccessToken, Client, token_hash
from gatewright.policies.oauth_v2 import OAuthV2
from gatewright.policies.verdicts import LONGEST_MS
from gatewright.policies.verify_api_key import VerifyAPIKey

VERIFY_TOKEN = '<OAuthV2 name="V"><Operation>VerifyAccessToken</Operation></OAuthV2>'
VERIFY_KEY = '<VerifyAPIKey name="V"><APIKey ref="request.header.x-api-key"/></VerifyAPIKey>'
ANSWERED = {"Authorization": f"Bearer {TOKEN}", "X-Api-Key": KEY}
LASTING = token(expires_at=NEVER)


class Gate:
    """One policy of one deployment, and the records behind it."""

    def __init__(self, kind: str, caller: Client, issued: AccessToken = LASTING) -> None:
        self.clock = FixedClock()
        self.clients, self.tokens = MapClients(), MapTokens()
        self.clients.add(caller)
        self.tokens.add(issued)
        ports = make_ports(clock=self.clock, clients=self.clients, tokens=self.tokens)
        policy, xml = (OAuthV2, VERIFY_TOKEN) if kind == "token" else (VerifyAPIKey, VERIFY_KEY)
        self._step = compile_step(policy, xml, ports)
        self._ports = ports

    def call(self, path: str = "/forecastrss", **headers: str) -> Outcome:
        flow = request(path=path, headers=headers or ANSWERED, ports=self._ports)
        return asyncio.run(run_step(self._step, flow))

    def send_store_away(self) -> None:
        self.clients.reach.is_away = self.tokens.reach.is_away = True


both = pytest.mark.parametrize("kind", ["token", "key"])


@both
def test_the_next_call_of_a_caller_is_let_through_without_a_look_up(kind: str) -> None:
    gate = Gate(kind, client())
    first = gate.call()
    gate.send_store_away()
    again = gate.call()
    assert first.fault is again.fault is None
    assert first.flow.variables == again.flow.variables
    assert again.flow.variables["client_id"] == KEY


@both
def test_what_one_call_does_to_its_variables_is_nothing_to_the_next(kind: str) -> None:
    gate = Gate(kind, client())
    for _ in range(2):
        variables = gate.call().flow.variables
        assert variables["client_id"] == KEY
        variables["client_id"] = "another"


@both
@pytest.mark.parametrize("seconds", [1, 3600])
def test_everybody_is_looked_at_anew_after_a_second_at_most(kind: str, seconds: int) -> None:
    gate = Gate(kind, client())
    assert gate.call().fault is None
    gate.send_store_away()
    gate.clock.advance(LONGEST_MS * seconds)
    assert gate.call().answer.status == 503


@both
def test_everybody_is_looked_at_anew_when_the_clock_was_set_back(kind: str) -> None:
    gate = Gate(kind, client())
    assert gate.call().fault is None
    gate.send_store_away()
    gate.clock.advance(-1)
    assert gate.call().answer.status == 503


@both
def test_another_credential_is_looked_up(kind: str) -> None:
    gate = Gate(kind, client())
    assert gate.call().fault is None
    other = {"Authorization": "Bearer unknown"} if kind == "token" else {"X-Api-Key": "unknown"}
    assert gate.call(**other).answer.status == 401
    assert gate.call(Accept="*/*").answer.status == 401


@dataclass(frozen=True)
class Blow:
    """Something that ends a caller's welcome, and the fault that the next call gets for it."""

    strike: Callable[[Gate], None]
    token_fault: str
    key_fault: str


BLOWS = {
    "the key is revoked": Blow(
        lambda gate: gate.clients.add(client(credential={"status": "revoked"})),
        "keymanagement.service.invalid_client-app_not_approved",
        "oauth.v2.ApiKeyNotApproved",
    ),
    "the developer is inactive": Blow(
        lambda gate: gate.clients.add(client(developer={"status": "inactive"})),
        "keymanagement.service.DeveloperStatusNotActive",
        "keymanagement.service.DeveloperStatusNotActive",
    ),
    "the product loses the proxy": Blow(
        lambda gate: gate.clients.add(client(product(proxies=("other",)))),
        "keymanagement.service.InvalidAPICallAsNoApiProductMatchFound",
        "oauth.v2.InvalidApiKeyForGivenResource",
    ),
    "the key expires": Blow(
        lambda gate: gate.clock.advance(500),
        "keymanagement.service.consumer_key_expired",
        "keymanagement.service.consumer_key_expired",
    ),
}


@both
@pytest.mark.parametrize("blow", BLOWS.values(), ids=list(BLOWS))
def test_a_caller_who_is_no_longer_welcome_is_refused_at_once(kind: str, blow: Blow) -> None:
    gate = Gate(kind, client(credential={"expires_at": NOW_MS + 500}))
    assert gate.call().fault is None
    blow.strike(gate)
    fault = gate.call().fault
    assert fault is not None
    assert fault.code == (blow.token_fault if kind == "token" else blow.key_fault)


@both
def test_a_path_that_the_product_does_not_hold_is_refused_after_one_that_it_holds(kind: str) -> None:
    gate = Gate(kind, client(product(api_resources=("/forecastrss",))))
    assert gate.call().fault is None
    assert gate.call("/other").fault is not None
    assert gate.call().fault is None


def test_a_path_of_another_product_is_allowed_by_that_one() -> None:
    who = client(product("A", api_resources=("/a",)), product("B", api_resources=("/b",)))
    gate = Gate("token", who, replace(LASTING, api_products=("A", "B")))
    names = [gate.call(path).flow.variables["apiproduct.name"] for path in ("/a", "/b", "/a", "/b")]
    assert names == ["A", "B", "A", "B"]


def test_a_token_is_refused_from_its_last_millisecond_on() -> None:
    gate = Gate("token", client(), replace(LASTING, expires_at=NOW_MS + 300))
    assert gate.call().fault is None
    gate.clock.advance(299)
    assert gate.call().fault is None
    gate.clock.advance(1)
    fault = gate.call().fault
    assert fault is not None
    assert fault.code == "keymanagement.service.access_token_expired"


def test_a_token_that_is_revoked_is_refused_at_once() -> None:
    gate = Gate("token", client())
    assert gate.call().fault is None
    gate.tokens.add(replace(LASTING, status="revoked"))
    fault = gate.call().fault
    assert fault is not None
    assert fault.code == "keymanagement.service.access_token_not_approved"


def test_expires_in_goes_down_second_by_second() -> None:
    gate = Gate("token", client(), replace(LASTING, expires_at=NOW_MS + 2_500))
    seen = []
    for _ in range(5):
        seen.append((gate.call().flow.variables["expires_in"], gate.call().flow.variables["expires_in"]))
        gate.clock.advance(499)
    assert seen == [("2", "2"), ("2", "2"), ("1", "1"), ("1", "1"), ("0", "0")]


def test_no_more_callers_are_remembered_than_a_policy_may() -> None:
    gate = Gate("token", client())
    texts = [f"token-{number}" for number in range(600)]
    gate.tokens.add(*(replace(LASTING, hash=token_hash(text)) for text in texts))
    for text in texts:
        assert gate.call(Authorization=f"Bearer {text}").fault is None
    gate.send_store_away()
    remembered = sum(gate.call(Authorization=f"Bearer {text}").fault is None for text in texts)
    assert 0 < remembered <= 250


def test_a_product_that_comes_first_is_not_passed_over_for_the_last_calls_product() -> None:
    """The second one holds both paths. Which of them counts is seen by quotas, too."""
    who = client(product("A", api_resources=("/a",)), product("B"))
    gate = Gate("token", who, replace(LASTING, api_products=("A", "B")))
    names = [gate.call(path).flow.variables["apiproduct.name"] for path in ("/b", "/a", "/b")]
    assert names == ["B", "A", "B"]
