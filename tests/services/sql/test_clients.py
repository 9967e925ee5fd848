"""Clients are found in the store, kept for a while, and forgotten when anything of them changes."""

from collections.abc import Callable
from hmac import compare_digest

import pytest
from msgspec.structs import replace
from tests.services.sql.scripted_store import ScriptedStore
from tests.support.records import APP, CREDENTIAL, DEVELOPER, KEY, PRODUCT, SECRET

from gatewright.engine.ports import StoreAway
from gatewright.services.sql.clients import SqlClients
from gatewright.store import Change, Store, Transaction


def everything() -> Change:
    return Change(9, "everything", "", "", "")


async def test_a_client_comes_with_all_that_decides_what_it_may_call(store: Store) -> None:
    client = SqlClients(store).find("myorg", KEY)
    assert client is not None
    assert (client.app.name, client.developer.email) == ("weatherapp", "tesla@weathersample.com")
    assert [product.name for product in client.products] == ["PremiumWeatherAPI"]
    assert [each.status for each in client.credential.api_products] == ["approved"]


async def test_there_is_no_client_for_another_key_or_organization(store: Store) -> None:
    clients = SqlClients(store)
    assert clients.find("myorg", KEY[:-1]) is None
    assert clients.find("myorg", KEY.lower()) is None
    assert clients.find("other", KEY) is None


async def test_a_client_is_looked_up_once(store: Store) -> None:
    script = ScriptedStore(store)
    clients = SqlClients(script)
    assert clients.find("myorg", KEY) is clients.find("myorg", KEY)
    assert script.lookups_made == 1


async def test_a_key_that_is_made_later_works_at_once(store: Store) -> None:
    clients = SqlClients(store)
    assert clients.find("myorg", "second") is None
    second = replace(CREDENTIAL, consumer_key="second")
    await store.write(lambda tx: tx.credentials.create("myorg", APP.app_id, second))
    assert clients.find("myorg", "second") is not None


async def test_only_the_clients_own_secret_matches(store: Store) -> None:
    clients = SqlClients(store)
    client = clients.find("myorg", KEY)
    assert client is not None
    assert clients.secret_matches(client, SECRET)
    for wrong in ("", SECRET[:-1], SECRET + "x", SECRET.swapcase(), "é", "\0"):
        assert not clients.secret_matches(client, wrong)


async def test_the_keyed_hash_decides_about_secrets_not_the_text(store: Store) -> None:
    clients = SqlClients(store)
    client = clients.find("myorg", KEY)
    assert client is not None
    without_text = replace(client, credential=replace(client.credential, consumer_secret="something else"))
    assert clients.secret_matches(without_text, SECRET)
    assert not clients.secret_matches(without_text, "something else")


REVOKED = replace(CREDENTIAL, status="revoked")
CHANGES: list[tuple[str, Callable[[Transaction], None]]] = [
    ("product", lambda tx: tx.products.update("myorg", replace(PRODUCT, proxies=("other",)))),
    ("developer", lambda tx: tx.developers.update("myorg", replace(DEVELOPER, status="inactive"))),
    ("app", lambda tx: tx.apps.update("myorg", replace(APP, status="revoked"))),
    (
        "credential",
        lambda tx: tx.credentials.update("myorg", APP.app_id, REVOKED),
    ),
    ("credential", lambda tx: tx.credentials.delete("myorg", APP.app_id, KEY)),
]


@pytest.mark.parametrize(("kind", "change"), CHANGES)
async def test_what_the_change_feed_says_is_forgotten(
    store: Store, kind: str, change: Callable[[Transaction], None]
) -> None:
    clients = SqlClients(store)
    before = clients.find("myorg", KEY)
    follower = store.follow()
    await store.write(change)
    assert clients.find("myorg", KEY) is before
    changes = follower.poll()
    follower.close()
    for each in changes:
        clients.forget(each)
    assert kind in {each.kind for each in changes}
    assert clients.find("myorg", KEY) != before


async def test_changes_of_others_forget_nothing(store: Store) -> None:
    script = ScriptedStore(store)
    clients = SqlClients(script)
    clients.find("myorg", KEY)
    for change in (
        Change(1, "product", "other", "", "PremiumWeatherAPI"),
        Change(2, "product", "myorg", "", "another"),
        Change(3, "app", "myorg", "", "another"),
        Change(4, "developer", "myorg", "", "another"),
        Change(5, "credential", "myorg", "", "another"),
        Change(6, "token", "myorg", "", KEY),
        Change(7, "apiproxy", "myorg", "test", "weatherapi"),
    ):
        clients.forget(change)
    clients.find("myorg", KEY)
    assert script.lookups_made == 1


async def test_everything_is_forgotten_when_the_feed_says_so(store: Store) -> None:
    script = ScriptedStore(store)
    clients = SqlClients(script)
    clients.find("myorg", KEY)
    clients.forget(everything())
    clients.find("myorg", KEY)
    assert script.lookups_made == 2


async def test_while_the_store_is_away_a_kept_client_serves_until_its_time_is_up(store: Store) -> None:
    now = [0.0]
    script = ScriptedStore(store)
    clients = SqlClients(script, ttl_ms=180_000, now_ms=lambda: now[0])
    clients.find("myorg", KEY)
    script.is_away = True
    now[0] = 179_999
    assert clients.find("myorg", KEY) is not None
    now[0] = 180_000
    with pytest.raises(StoreAway):
        clients.find("myorg", KEY)


async def test_while_the_store_is_away_an_unknown_key_is_not_called_wrong(store: Store) -> None:
    script = ScriptedStore(store)
    script.is_away = True
    with pytest.raises(StoreAway):
        SqlClients(script).find("myorg", "unknown")


async def test_secrets_are_compared_in_constant_time(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    lengths: list[tuple[int, int]] = []

    def watched(left: bytes, right: bytes) -> bool:
        lengths.append((len(left), len(right)))
        return compare_digest(left, right)

    clients = SqlClients(store)
    client = clients.find("myorg", KEY)
    assert client is not None
    monkeypatch.setattr("gatewright.store.vault.hmac.compare_digest", watched)
    for secret in (SECRET, SECRET[:-1] + "x", "", "x" * 10_000):
        clients.secret_matches(client, secret)
    assert lengths == [(32, 32)] * 4, "digests of one length are compared, whatever the secret's is"
