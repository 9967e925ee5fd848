"""A worker follows the store: what it serves, what it forgets, what it says, and what cannot stop it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from tests.gateway.test_deployer import deploy, make_organization, served
from tests.support.ports import make_ports
from tests.support.stores import open_store

from gatewright.engine.snapshot import NOTHING
from gatewright.gateway import follow
from gatewright.gateway.application import Gateway
from gatewright.gateway.deployer import Deployer
from gatewright.gateway.follow import Follow
from gatewright.gateway.loading import loader
from gatewright.policies import policy_types
from gatewright.store import Change, Store, StoreUnavailable, Worker

PATIENCE_S = 10.0


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = open_store(tmp_path)
    yield store
    store.close()


@pytest.fixture(autouse=True)
def _no_long_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("POLL_S", "HEARTBEAT_S", "RETRY_S"):
        monkeypatch.setattr(follow, name, 0.01)


class Shaky(Deployer):
    """A deployer whose updates wait for the gate, and fail as often as they are told to."""

    def __init__(self, store: Store, gateway: Gateway) -> None:
        super().__init__(store, gateway, loader(policy_types(), make_ports()), "worker-1")
        self.problems: list[Exception] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.began = 0

    async def update(self) -> None:
        self.began += 1
        if self.problems:
            raise self.problems.pop(0)
        await super().update()
        await self.gate.wait()


class Remembers:
    """A cache that keeps what it was told to forget."""

    def __init__(self) -> None:
        self.changes: list[Change] = []

    def forget(self, change: Change) -> None:
        self.changes.append(change)


class Followed:
    """A worker's follower at work."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.gateway = Gateway(NOTHING)
        self.deployer = Shaky(store, self.gateway)
        self.cache = Remembers()
        self.follow = Follow(store, self.deployer, "worker-1", (self.cache,))

    async def worker(self) -> Worker:
        (worker,) = await self.store.read(lambda tx: tx.workers.live(0))
        return worker

    async def newest(self) -> int:
        return await self.store.read(lambda tx: tx.changes.latest())

    async def caught_up(self) -> bool:
        return (await self.worker()).version == await self.newest()


@asynccontextmanager
async def following(store: Store) -> AsyncIterator[Followed]:
    await store.write(make_organization)
    await store.write(lambda tx: deploy(tx, "a", "/a"))
    followed = Followed(store)
    await followed.follow.first()
    await followed.follow.greet()
    loop = asyncio.ensure_future(followed.follow.forever())
    yield followed
    assert not loop.done(), loop.exception()
    loop.cancel()
    await asyncio.gather(loop, return_exceptions=True)


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not holds():  # noqa: ASYNC110  (what is waited for sets no event)
            await asyncio.sleep(0.005)


async def until_caught_up(followed: Followed) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not await followed.caught_up():  # noqa: ASYNC110  (as above)
            await asyncio.sleep(0.005)


async def test_the_state_of_the_start_is_served_and_said(store: Store) -> None:
    async with following(store) as followed:
        assert served(followed.gateway, "/a") == ("a", "1")
        assert await followed.caught_up()


async def test_a_change_is_served_and_then_said(store: Store) -> None:
    async with following(store) as followed:
        await store.write(lambda tx: deploy(tx, "a", "/a", 2))
        await until_caught_up(followed)
        assert served(followed.gateway, "/a") == ("a", "2")


async def test_records_that_changed_are_forgotten_and_no_proxy_is_compiled_for_them(store: Store) -> None:
    async with following(store) as followed:
        before = followed.deployer.began
        await store.write(lambda tx: tx.changes.append("credential", "myorg", "key-1"))
        await until_caught_up(followed)
        assert [(change.kind, change.name) for change in followed.cache.changes] == [("credential", "key-1")]
        assert followed.deployer.began == before


@pytest.mark.parametrize("problem", [StoreUnavailable("disk I/O error"), RuntimeError("a defect")])
async def test_a_failed_update_is_tried_again_and_the_version_waits_for_it(
    store: Store, problem: Exception
) -> None:
    async with following(store) as followed:
        version = (await followed.worker()).version
        followed.deployer.gate.clear()
        followed.deployer.problems = [problem] * 3
        began = followed.deployer.began
        await store.write(lambda tx: deploy(tx, "a", "/a", 2))
        await until(lambda: followed.deployer.began == began + 4)
        assert (await followed.worker()).version == version
        followed.deployer.gate.set()
        await until_caught_up(followed)
        assert served(followed.gateway, "/a") == ("a", "2")


async def test_a_change_during_an_update_is_not_lost(store: Store) -> None:
    async with following(store) as followed:
        followed.deployer.gate.clear()
        began = followed.deployer.began
        await store.write(lambda tx: deploy(tx, "a", "/a", 2))
        await until(lambda: served(followed.gateway, "/a") == ("a", "2"))
        await store.write(lambda tx: deploy(tx, "a", "/a", 3))
        assert followed.deployer.began == began + 1
        followed.deployer.gate.set()
        await until_caught_up(followed)
        assert served(followed.gateway, "/a") == ("a", "3")


async def test_heartbeats_go_on_during_a_long_update(store: Store) -> None:
    async with following(store) as followed:
        beats: list[int] = []
        await store.write(lambda tx: tx.workers.forget(1 << 60))
        followed.deployer.gate.clear()
        began = followed.deployer.began
        await store.write(lambda tx: deploy(tx, "a", "/a", 2))
        await until(lambda: followed.deployer.began > began)
        await store.write(lambda tx: tx.workers.forget(1 << 60))
        async with asyncio.timeout(PATIENCE_S):
            while not beats:
                beats += [each.pid for each in await store.read(lambda tx: tx.workers.live(0))]
        followed.deployer.gate.set()


async def test_a_worker_is_listed_when_it_greets_and_not_while_its_ports_are_closed(store: Store) -> None:
    await store.write(make_organization)
    followed = Followed(store)
    await followed.follow.first()
    assert await store.read(lambda tx: tx.workers.live(0)) == ()
    await followed.follow.greet()
    assert [each.id for each in await store.read(lambda tx: tx.workers.live(0))] == ["worker-1"]


async def test_a_worker_that_says_farewell_is_no_longer_listed(store: Store) -> None:
    async with following(store) as followed:
        pass
    await followed.follow.farewell()
    assert await store.read(lambda tx: tx.workers.live(0)) == ()


async def test_farewell_does_not_mind_a_store_that_is_away(store: Store) -> None:
    async with following(store) as followed:
        pass
    store.close()
    await followed.follow.farewell()


async def test_a_database_that_is_moved_away_and_back_is_followed_again(store: Store, tmp_path: Path) -> None:
    async with following(store) as followed:
        elsewhere = tmp_path / "elsewhere"
        move_database(tmp_path, elsewhere)
        store._readers.dispose()  # as when the pool's connections have been dropped
        with pytest.raises(StoreUnavailable):
            await store.read(lambda tx: tx.changes.latest())
        assert served(followed.gateway, "/a") == ("a", "1")
        assert move_database(tmp_path, elsewhere) == 0, "an empty database has been made"
        assert move_database(elsewhere, tmp_path) == 3
        await store.write(lambda tx: deploy(tx, "a", "/a", 2))
        await until_caught_up(followed)
        assert served(followed.gateway, "/a") == ("a", "2")


def move_database(source: Path, target: Path) -> int:
    """How many files it had."""
    target.mkdir(exist_ok=True)
    files = list(source.glob("gatewright.db*"))
    for file in files:
        file.rename(target / file.name)
    return len(files)
