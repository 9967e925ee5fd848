"""Who may call what: standing of key, app and developer, then a product's environment, proxy, resource."""

import logging
from typing import Any

import pytest
from msgspec.structs import replace
from tests.policies.support import PLACE, request
from tests.support.ports import NOW_MS, FixedClock
from tests.support.records import KEY, SECRET, client, product

from gatewright.engine.context import Place
from gatewright.entities import Client
from gatewright.policies.access import Access, Decision, Refusal

HERE = product()


def decide(who: Client, path: str = "/forecastrss", names: Any = None, place: Place = PLACE) -> Decision:
    return Access(place, FixedClock()).decide(who, request(path=path, place=place), names)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"environments": ()},
        {"proxies": ()},
        {"api_resources": ()},
        {"environments": (), "proxies": (), "api_resources": ()},
        {"environments": ("prod", "test"), "proxies": ("other", "weatherapi")},
        {"api_resources": ("/forecastrss",)},
        {"api_resources": ("/other", "/forecast*")},
        {"api_resources": ("/v0/weather/**",)},
    ],
)
def test_a_product_that_holds_environment_proxy_and_resource_allows(changes: dict[str, Any]) -> None:
    decision = decide(client(product(**changes)))
    assert decision.refusal is None
    assert decision.grant is not None
    assert decision.grant.product.name == "PremiumWeatherAPI"


REFUSED: list[tuple[str, Client, Refusal]] = [
    ("key revoked", client(credential={"status": "revoked"}), Refusal.KEY_NOT_APPROVED),
    ("key pending", client(credential={"status": "pending"}), Refusal.KEY_NOT_APPROVED),
    ("key expired", client(credential={"expires_at": NOW_MS}), Refusal.KEY_EXPIRED),
    ("app revoked", client(app={"status": "revoked"}), Refusal.APP_NOT_APPROVED),
    ("app pending", client(app={"status": "pending"}), Refusal.APP_NOT_APPROVED),
    ("developer inactive", client(developer={"status": "inactive"}), Refusal.DEVELOPER_NOT_ACTIVE),
    ("product deleted", replace(client(), products=()), Refusal.PRODUCTS_DELETED),
    ("no product", replace(client(credential={"api_products": ()}), products=()), Refusal.NO_PRODUCT_HERE),
    ("environment", client(product(environments=("prod",))), Refusal.NO_PRODUCT_HERE),
    ("environment's case", client(product(environments=("TEST",))), Refusal.NO_PRODUCT_HERE),
    ("proxy", client(product(proxies=("other",))), Refusal.NO_PRODUCT_HERE),
    ("resource", client(product(api_resources=("/other",))), Refusal.RESOURCE_NOT_IN_PRODUCT),
    ("pending", client(HERE, statuses={HERE.name: "pending"}), Refusal.PRODUCT_NOT_APPROVED),
    ("revoked", client(HERE, statuses={HERE.name: "revoked"}), Refusal.PRODUCT_NOT_APPROVED),
    (
        "pending and without the resource",
        client(product(api_resources=("/other",)), statuses={HERE.name: "pending"}),
        Refusal.RESOURCE_NOT_IN_PRODUCT,
    ),
    (
        "one elsewhere, one without the resource",
        client(product("A", proxies=("other",)), product("B", api_resources=("/other",))),
        Refusal.RESOURCE_NOT_IN_PRODUCT,
    ),
    (
        "one pending, one without the resource",
        client(HERE, product("B", api_resources=("/other",)), statuses={HERE.name: "pending"}),
        Refusal.PRODUCT_NOT_APPROVED,
    ),
    (
        "key revoked and developer inactive",
        client(credential={"status": "revoked"}, developer={"status": "inactive"}),
        Refusal.KEY_NOT_APPROVED,
    ),
    (
        "app revoked and developer inactive",
        client(app={"status": "revoked"}, developer={"status": "inactive"}),
        Refusal.APP_NOT_APPROVED,
    ),
]


@pytest.mark.parametrize(("who", "refusal"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_a_call_is_refused_for_the_nearest_reason(who: Client, refusal: Refusal) -> None:
    decision = decide(who)
    assert decision.refusal is refusal
    assert decision.grant is None
    assert refusal.value in decision.compared


def test_the_first_product_on_the_key_that_matches_is_the_one() -> None:
    who = client(product("A", proxies=("other",)), product("B"), product("C"))
    found = decide(who).grant
    assert found is not None
    assert found.product.name == "B"


def test_a_token_reaches_no_product_that_it_was_not_issued_for() -> None:
    who = client(product("A", api_resources=("/a",)), product("B"))
    assert decide(who, "/a", ["A"]).refusal is None
    assert decide(who, "/b", ["A"]).refusal is Refusal.RESOURCE_NOT_IN_PRODUCT
    assert decide(who, "/b", ["gone"]).refusal is Refusal.NO_PRODUCT_HERE
    assert decide(who, "/b", ()).refusal is Refusal.NO_PRODUCT_HERE
    assert "product B is not one of the token's" in decide(who, "/b", ["A"]).compared


def test_a_key_expires_while_the_worker_keeps_its_client() -> None:
    clock = FixedClock()
    access = Access(PLACE, clock)
    who = client(credential={"expires_at": NOW_MS + 1})
    assert access.decide(who, request()).refusal is None
    clock.advance(1)
    assert access.decide(who, request()).refusal is Refusal.KEY_EXPIRED


def test_another_record_of_the_same_client_is_decided_anew() -> None:
    access = Access(PLACE, FixedClock())
    assert access.decide(client(), request()).refusal is None
    assert access.decide(client(app={"status": "revoked"}), request()).refusal is Refusal.APP_NOT_APPROVED


def test_the_log_says_what_was_compared_and_holds_no_secret(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    who = client(
        product("Basic", environments=("prod",)),
        product("Other", proxies=("x", "y")),
        product("Narrow", api_resources=("/a", "/b/*")),
    )
    flow = request()
    Access(PLACE, FixedClock()).decide(who, flow)
    (record,) = caplog.records
    text = record.getMessage()
    assert record.levelno == logging.INFO
    assert record.__dict__["message_id"] == flow.message_id
    for said in (
        "app weatherapp called /forecastrss of proxy weatherapi in environment test",
        "product Basic is for environments prod",
        "product Other is for proxies x, y",
        "product Narrow has resources /a, /b/*",
    ):
        assert said in text
    assert KEY not in text
    assert SECRET not in text


def test_what_is_allowed_is_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    decide(client())
    assert not caplog.records
