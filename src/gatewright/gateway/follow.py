"""A worker's eye on the store: changes make new snapshots and empty caches; heartbeats say what is served."""

import asyncio
import logging
import os
import socket
from collections.abc import Iterable
from typing import Protocol

from gatewright.gateway.deployer import Deployer
from gatewright.store import Change, Follower, Store, StoreUnavailable, Transaction, Worker

log = logging.getLogger(__name__)

POLL_S = 0.05
HEARTBEAT_S = 1.0
RETRY_S = 1.0

CONFIGURATION = frozenset(
    {"everything", "organization", "environment", "virtual_host", "target_server", "apiproxy", "sharedflow"}
)
"""Kinds of change that decide what is served and where."""


class Forgets(Protocol):
    """A cache of records."""

    def forget(self, change: Change) -> None:
        """Drop what the change may have made wrong."""
        ...


class Follow:
    """The loop that keeps one worker up to date. While the store is away the worker serves what it has."""

    def __init__(self, store: Store, deployer: Deployer, worker_id: str, caches: Iterable[Forgets]) -> None:
        self._store = store
        self._deployer = deployer
        self._worker_id = worker_id
        self._caches = tuple(caches)
        self._started_at = store.now_ms()
        self._version = 0
        self._follower: Follower | None = None

    async def first(self) -> None:
        """Serve the state of now, and follow from there. Raises StoreUnavailable."""
        self._follower = self._store.follow()
        self._version = self._follower.version
        await self._deployer.update()
        await self._beat()

    async def forever(self) -> None:
        """Until cancelled."""
        loop = asyncio.get_running_loop()
        next_beat = loop.time() + HEARTBEAT_S
        while True:
            await asyncio.sleep(POLL_S)
            try:
                changed = await self._apply_changes()
                if changed or loop.time() >= next_beat:
                    await self._beat()
                    next_beat = loop.time() + HEARTBEAT_S
            except StoreUnavailable as away:
                log.warning(
                    "the store is away; serving goes on with what is known", extra={"reason": str(away)}
                )
                await asyncio.sleep(RETRY_S)

    async def farewell(self) -> None:
        """Leave the registry of workers."""
        try:
            await self._store.write_relaxed(lambda tx: tx.workers.remove(self._worker_id))
        except StoreUnavailable as away:
            log.warning("could not leave the registry of workers", extra={"reason": str(away)})

    async def _apply_changes(self) -> bool:
        """Whether there were any. A failed update is tried again: the version stands until it succeeds."""
        if self._follower is None:
            return False
        changes = self._follower.poll()
        if not changes:
            return False
        for change in changes:
            for cache in self._caches:
                cache.forget(change)
        if any(change.kind in CONFIGURATION for change in changes):
            await self._update()
        self._version = changes[-1].version
        return True

    async def _update(self) -> None:
        while True:
            try:
                await self._deployer.update()
            except StoreUnavailable as away:
                log.warning("the store is away; the new configuration waits", extra={"reason": str(away)})
                await asyncio.sleep(RETRY_S)
            else:
                return

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
