"""A worker's eye on the store: changes make new snapshots and empty caches; heartbeats say what is served."""

import asyncio
import contextlib
import logging
import os
import socket
from collections.abc import Coroutine, Iterable
from typing import Protocol

from gatewright.gateway.deployer import Deployer
from gatewright.store import Change, Follower, Store, StoreUnavailable, Transaction, Worker

log = logging.getLogger(__name__)

POLL_S = 0.05
HEARTBEAT_S = 1.0
RETRY_S = 1.0

CONFIGURATION = frozenset(
    {
        "everything",
        "organization",
        "environment",
        "virtual_host",
        "target_server",
        "flow_hook",
        "apiproxy",
        "sharedflow",
    }
)
"""Kinds of change that decide what is served and where."""


class Forgets(Protocol):
    """A cache of records."""

    def forget(self, change: Change) -> None:
        """Drop what the change may have made wrong."""
        ...


class Follow:
    """The loops that keep one worker up to date. While the store is away the worker serves what it has."""

    def __init__(self, store: Store, deployer: Deployer, worker_id: str, caches: Iterable[Forgets]) -> None:
        self._store = store
        self._deployer = deployer
        self._worker_id = worker_id
        self._caches = tuple(caches)
        self._started_at = store.now_ms()
        self._version = 0
        self._is_behind = False
        self._has_news = asyncio.Event()
        self._follower: Follower | None = None

    async def first(self) -> None:
        """Compile the state of now, and follow from there. Raises StoreUnavailable."""
        self._follower = self._store.follow()
        self._version = self._follower.version
        await self._deployer.update()

    async def greet(self) -> None:
        """Say that this worker serves: its ports are open by then. Raises StoreUnavailable."""
        await self._beat()

    async def forever(self) -> None:
        """Until cancelled. Heartbeats go on during a long update: a worker that compiles is alive."""
        await asyncio.gather(self._take_up_changes(), self._send_heartbeats())

    async def farewell(self) -> None:
        """Leave the registry of workers."""
        try:
            await self._store.write_relaxed(lambda tx: tx.workers.remove(self._worker_id))
        except StoreUnavailable as away:
            log.warning("could not leave the registry of workers", extra={"reason": str(away)})

    async def _take_up_changes(self) -> None:
        while True:
            await asyncio.sleep(POLL_S)
            if not await _survived(self._apply_changes(), "the new configuration waits"):
                await asyncio.sleep(RETRY_S)

    async def _send_heartbeats(self) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._has_news.wait(), HEARTBEAT_S)
            self._has_news.clear()
            if not await _survived(self._beat(), "this worker cannot say that it serves"):
                await asyncio.sleep(RETRY_S)

    async def _apply_changes(self) -> None:
        """A failed update is tried again; the version that is told advances only when it has succeeded."""
        if self._follower is None:
            return
        for change in self._follower.poll():
            for cache in self._caches:
                cache.forget(change)
            self._is_behind = self._is_behind or change.kind in CONFIGURATION
        newest = self._follower.version
        if self._is_behind:
            await self._deployer.update()
            self._is_behind = False
        if newest != self._version:
            self._version = newest
            self._has_news.set()

    async def _beat(self) -> None:
        worker = Worker(
            id=self._worker_id,
            host=socket.gethostname(),
            pid=os.getpid(),
            role="gateway",
            version=self._version,
            started_at=self._started_at,
            heartbeat_at=self._store.now_ms(),
        )
        reports = self._deployer.reports

        def write(tx: Transaction) -> None:
            tx.workers.beat(worker)
            tx.workers.report(self._worker_id, reports)

        await self._store.write_relaxed(write)


async def _survived(work: Coroutine[object, object, None], consequence: str) -> bool:
    """Whether the work ended well. Whatever it raises is logged: a worker that stops following goes stale."""
    try:
        await work
    except StoreUnavailable as away:
        log.warning("the store is away; %s", consequence, extra={"reason": str(away)})
        return False
    except Exception:
        log.exception("following the store failed; %s", consequence)
        return False
    return True
