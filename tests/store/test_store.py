"""Works share commits and not their failures; several processes share one database."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest
from msgspec.structs import replace
from tests.store.records import KEY, ORGANIZATION, PRODUCT, Clock, fill, token

from gatewright.entities import AccessToken, token_hash
from gatewright.store import Duplicate, Missing, Store, StoreUnavailable, Transaction, WrongKey


def create_token(text: str) -> Callable[[Transaction], None]:
    return lambda tx: tx.tokens.create(token(text))


def find_token(tx: Transaction, text: str) -> AccessToken:
    return tx.tokens.get("myorg", token_hash(text))


def names(tx: Transaction) -> tuple[str, ...]:
    return tx.products.names("myorg")


async def test_what_is_written_is_read_at_once_by_every_store(open_store: Callable[[], Store]) -> None:
    first, second = open_store(), open_store()
    await first.write(fill)
    assert await second.read(names) == second.read_now(names) == (PRODUCT.name,)


async def test_a_failing_work_takes_back_only_what_it_did(store: Store) -> None:
    await store.write(fill)

    def half(tx: Transaction) -> None:
        tx.products.create("myorg", replace(PRODUCT, name="half"))
        raise ZeroDivisionError

    def whole(name: str) -> Callable[[Transaction], None]:
        return lambda tx: tx.products.create("myorg", replace(PRODUCT, name=name))

    works = [store.write(work) for work in (whole("a"), half, whole(PRODUCT.name), whole("b"))]
    outcomes = await asyncio.gather(*works, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [type(None), ZeroDivisionError, Duplicate, type(None)]
    assert await store.read(names) == (PRODUCT.name, "a", "b")


async def test_works_that_wait_share_a_commit(open_store: Callable[[], Store]) -> None:
    store, other = open_store(), open_store()
    blocked, queued = threading.Event(), threading.Event()

    def blocking(_tx: Transaction) -> None:
        blocked.set()
        queued.wait(10)

    def committed_before(tx: Transaction) -> int:
        tx.changes.append("user", "", "x")
        return other.read_now(lambda tx: tx.changes.latest())

    first = asyncio.ensure_future(store.write(blocking))
    await asyncio.to_thread(blocked.wait, 10)
    together = [asyncio.ensure_future(store.write(committed_before)) for _ in range(20)]
    await asyncio.sleep(0)
    queued.set()
    await first
    assert await asyncio.gather(*together) == [0] * 20
    assert other.read_now(lambda tx: tx.changes.latest()) == 20


async def test_a_work_sees_one_state_of_the_database(store: Store) -> None:
    await store.write(fill)
    first_read, written = threading.Event(), threading.Event()

    def read_twice(tx: Transaction) -> tuple[tuple[str, ...], tuple[str, ...]]:
        before = names(tx)
        first_read.set()
        written.wait(10)
        return before, names(tx)

    reading = asyncio.ensure_future(store.read(read_twice))
    await asyncio.to_thread(first_read.wait, 10)
    await store.write(lambda tx: tx.products.create("myorg", replace(PRODUCT, name="new")))
    written.set()
    before, after = await reading
    assert before == after == (PRODUCT.name,)


async def test_reading_cannot_write(store: Store) -> None:
    with pytest.raises(StoreUnavailable):
        await store.read(lambda tx: tx.organizations.create(ORGANIZATION))


async def test_a_cancelled_caller_disturbs_nobody(store: Store) -> None:
    await store.write(fill)
    cancelled = asyncio.ensure_future(store.write(create_token("cancelled")))
    other = asyncio.ensure_future(store.write(create_token("other")))
    await asyncio.sleep(0)
    cancelled.cancel()
    await other
    assert store.lookups.token("myorg", token_hash("other"))


def test_twenty_threads_lose_nothing(open_store: Callable[[], Store]) -> None:
    """Each with an event loop of its own, over two stores as over two processes."""
    stores = [open_store(), open_store()]
    asyncio.run(stores[0].write(fill))

    def write_many(thread: int) -> None:
        async def many() -> None:
            store = stores[thread % 2]
            for number in range(10):
                text = f"{thread}-{number}"
                await store.write(create_token(text))
                assert store.lookups.token("myorg", token_hash(text))
                await store.read(partial(find_token, text=text))

        asyncio.run(many())

    with ThreadPoolExecutor(20) as threads:
        list(threads.map(write_many, range(20)))
    found = asyncio.run(stores[1].read(lambda tx: tx.tokens.of_app("myorg", "a-1")))
    assert {each.hash for each in found} == {
        token_hash(f"{thread}-{number}") for thread in range(20) for number in range(10)
    }


def test_threads_count_without_losing_an_update(open_store: Callable[[], Store]) -> None:
    """A work reads and writes as one: nobody's change is overwritten unseen."""
    stores = [open_store(), open_store()]
    asyncio.run(stores[0].write(fill))

    def increment(tx: Transaction) -> None:
        product = tx.products.get("myorg", PRODUCT.name)
        tx.products.update("myorg", replace(product, quota=str(int(str(product.quota)) + 1)))

    def count(thread: int) -> None:
        for _ in range(5):
            asyncio.run(stores[thread % 2].write(increment))

    with ThreadPoolExecutor(20) as threads:
        list(threads.map(count, range(20)))
    product = asyncio.run(stores[0].read(lambda tx: tx.products.get("myorg", PRODUCT.name)))
    assert product.quota == "110"


async def test_now_is_the_store_s_clock(store: Store, clock: Clock) -> None:
    clock.time_ms = 42
    assert await store.read(lambda tx: tx.now_ms) == store.now_ms() == 42


async def test_a_closed_store_refuses_politely(location: str, clock: Clock) -> None:
    store = Store.open(location, KEY, now_ms=clock.now_ms)
    store.close()
    with pytest.raises(StoreUnavailable, match="closed"):
        await store.write(fill)
    with pytest.raises(StoreUnavailable):
        await store.read(names)


async def test_closing_finishes_what_has_been_queued(location: str, clock: Clock) -> None:
    store = Store.open(location, KEY, now_ms=clock.now_ms)
    await store.write(fill)
    works = [asyncio.ensure_future(store.write(create_token(str(number)))) for number in range(50)]
    await asyncio.sleep(0)
    await asyncio.to_thread(store.close)
    await asyncio.gather(*works)


@pytest.fixture
def other_key() -> bytes:
    return bytes(reversed(KEY))


def test_a_database_opens_only_with_its_key(
    open_store: Callable[[], Store], location: str, other_key: bytes
) -> None:
    open_store()
    with pytest.raises(WrongKey):
        Store.open(location, other_key, now_ms=lambda: 0)


async def test_secrets_sealed_with_an_older_key_can_still_be_read(
    open_store: Callable[[], Store], location: str, other_key: bytes
) -> None:
    await open_store().write(fill)
    rotated = Store.open(location, other_key, older_keys=[KEY], now_ms=lambda: 0)
    try:
        client = rotated.lookups.client("myorg", "key-1")
        assert client is not None
        assert rotated.secret_matches(client, client.credential.consumer_secret)
    finally:
        rotated.close()


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        ("mysql://host/db", "mysql"),
        ("sqlite://", "no back end"),
        ("not a url://", "understood"),
        ("/proc/gatewright/data.db", "/proc/gatewright"),
    ],
)
def test_a_location_that_cannot_be_used_is_refused_with_the_reason(location: str, reason: str) -> None:
    with pytest.raises(StoreUnavailable, match=reason):
        Store.open(location, KEY, now_ms=lambda: 0)


def test_what_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "gatewright.db"
    path.write_bytes(b"this is no database, but long enough for a header of one " * 20)
    with pytest.raises(StoreUnavailable, match="not a database"):
        Store.open(path, KEY, now_ms=lambda: 0)


async def test_missing_comes_out_of_reading_as_it_is(store: Store) -> None:
    with pytest.raises(Missing):
        await store.read(lambda tx: tx.organizations.get("no"))
    with pytest.raises(Missing):
        store.read_now(lambda tx: tx.organizations.get("no"))
