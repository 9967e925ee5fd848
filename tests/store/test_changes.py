"""The change feed tells every follower everything, in order, once."""

import asyncio
from collections.abc import Callable

import pytest
from msgspec.structs import replace
from tests.store.records import DEPLOYMENT, PRODUCT, fill, token

from gatewright.entities import FlowHook, KeyValueEntry, KeyValueMap, MapScope
from gatewright.store import Change, Store, StoreUnavailable, Transaction
from gatewright.store.changes import KEPT, ChangeKind, without_gap


async def test_a_follower_hears_of_each_change_once_in_order(open_store: Callable[[], Store]) -> None:
    writer, reader = open_store(), open_store()
    follower = reader.follow()
    try:
        assert follower.poll() == ()
        await writer.write(fill)
        kinds = [change.kind for change in follower.poll()]
        assert kinds == [
            "organization",
            "environment",
            "virtual_host",
            "target_server",
            "product",
            "developer",
            "app",
            "credential",
            "user",
        ]
        assert follower.poll() == ()
    finally:
        follower.close()


async def test_versions_only_grow_whoever_writes(open_store: Callable[[], Store]) -> None:
    stores = [open_store(), open_store()]
    follower = stores[0].follow()
    await stores[0].write(fill)

    async def write_from(store: Store) -> None:
        for _ in range(20):
            await store.write(lambda tx: tx.products.update("myorg", PRODUCT))

    seen: list[Change] = []
    writing = asyncio.gather(*map(write_from, stores))
    while not writing.done():
        seen += follower.poll()
        await asyncio.sleep(0.001)
    seen += follower.poll()
    follower.close()
    versions = [change.version for change in seen]
    assert versions == list(range(1, len(versions) + 1))
    assert len(versions) == 9 + 40


async def test_a_follower_may_begin_anywhere(store: Store) -> None:
    await store.write(fill)
    from_the_start, from_now = store.follow(0), store.follow()
    assert len(from_the_start.poll()) == 9
    assert from_now.poll() == ()
    assert from_now.version == from_the_start.version == 9
    from_the_start.close()
    from_now.close()


async def test_a_work_that_fails_leaves_no_change_and_no_gap(store: Store) -> None:
    await store.write(fill)

    def failing(tx: Transaction) -> None:
        tx.products.update("myorg", PRODUCT)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await store.write(failing)
    follower = store.follow()
    await store.write(lambda tx: tx.products.update("myorg", PRODUCT))
    assert [change.version for change in follower.poll()] == [10]
    follower.close()


async def test_a_new_token_is_no_news_but_a_revoked_one_is(store: Store) -> None:
    follower = store.follow()
    await store.write(lambda tx: tx.tokens.create(token("t")))
    assert follower.poll() == ()
    await store.write(lambda tx: tx.tokens.update(replace(token("t"), status="revoked")))
    assert [(change.kind, change.name) for change in follower.poll()] == [("token", token("t").hash)]
    follower.close()


HOOK = FlowHook(flow_hook_point="PreProxyFlowHook", shared_flow="s")
NEWS: list[tuple[Callable[[Transaction], object], ChangeKind, str, str]] = [
    (lambda tx: tx.deployments.put("apiproxy", DEPLOYMENT, []), "apiproxy", "test", "weatherapi"),
    (lambda tx: tx.virtual_hosts.delete("myorg", "test", "secure"), "virtual_host", "test", "secure"),
    (lambda tx: tx.target_servers.delete("myorg", "test", "backend"), "target_server", "test", "backend"),
    (lambda tx: tx.flow_hooks.put("myorg", "test", HOOK), "flow_hook", "test", "PreProxyFlowHook"),
    (
        lambda tx: tx.flow_hooks.delete("myorg", "test", "PreProxyFlowHook"),
        "flow_hook",
        "test",
        "PreProxyFlowHook",
    ),
    (lambda tx: tx.credentials.delete("myorg", "a-1", "key-1"), "credential", "", "key-1"),
    (lambda tx: tx.apps.delete("myorg", "a-1"), "app", "", "a-1"),
    (lambda tx: tx.users.delete("admin@myorg.example"), "user", "", "admin@myorg.example"),
    (
        lambda tx: tx.maps.create("myorg", MapScope(environment="test"), KeyValueMap(name="m")),
        "map",
        "test",
        "e/test:m",
    ),
]


@pytest.mark.parametrize(("work", "kind", "environment", "name"), NEWS)
async def test_a_change_names_what_changed(
    store: Store, work: Callable[[Transaction], object], kind: ChangeKind, environment: str, name: str
) -> None:
    await store.write(fill)
    follower = store.follow()
    await store.write(work)
    last = follower.poll()[-1]
    follower.close()
    assert (last.kind, last.environment, last.name) == (kind, environment, name)


async def test_an_entry_is_news_by_its_key(store: Store) -> None:
    await store.write(fill)
    await store.write(lambda tx: tx.maps.create("myorg", MapScope(), KeyValueMap(name="m")))
    follower = store.follow()
    entry = KeyValueEntry(name="k", value="v")
    await store.write(lambda tx: tx.maps.put_entry("myorg", MapScope(), "m", entry))
    assert [(change.kind, change.name) for change in follower.poll()] == [("map_entry", ":m:k")]
    follower.close()


async def test_old_changes_are_pruned_and_a_sleeper_is_told_to_read_everything(store: Store) -> None:
    await store.write(fill)
    sleeper = store.follow(3)

    def many(tx: Transaction) -> None:
        for _ in range(KEPT + 1000):
            tx.changes.append("user", "", "x")

    await store.write(many)
    rows = await store.read(lambda tx: tx.changes.after(0))
    assert [change.kind for change in rows] == ["everything"]
    changes = sleeper.poll()
    assert [change.kind for change in changes] == ["everything"]
    assert sleeper.version == await store.read(lambda tx: tx.changes.latest())
    assert sleeper.poll() == ()
    sleeper.close()


def test_only_a_hole_at_the_beginning_means_everything() -> None:
    change = Change(5, "user", "", "", "x")
    assert without_gap(4, (change,)) == (change,)
    assert without_gap(3, (change,)) == (Change(5, "everything", "", "", ""),)
    assert without_gap(3, ()) == ()


async def test_a_follower_ends_with_its_store(open_store: Callable[[], Store]) -> None:
    store = open_store()
    follower = store.follow()
    store.close()
    with pytest.raises(StoreUnavailable, match="closed"):
        follower.poll()
