"""One thread that writes, committing together what has come together.

A commit costs one sync of the disk however much it holds. So works that arrive while another commit is
under way share the next one, each inside a savepoint of its own: one that fails takes back only what it
did. A work's caller hears of it after the commit, so what is acknowledged is on disk.
"""

import asyncio
import queue
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

from sqlalchemy import Connection, Engine

from gatewright.store.failures import FOREIGN, StoreUnavailable, translated
from gatewright.store.transaction import SqlTransaction

T = TypeVar("T")

_MOST_TOGETHER = 256


class _Job(Generic[T]):
    """A work, the future that waits for it, and what came of it."""

    __slots__ = ("_future", "_outcome", "_work", "error", "loop")

    def __init__(self, work: Callable[[SqlTransaction], T]) -> None:
        self.loop = asyncio.get_running_loop()
        self.error: BaseException | None = None
        self._future: asyncio.Future[T] = self.loop.create_future()
        self._work = work
        self._outcome: list[T] = []

    @property
    def future(self) -> asyncio.Future[T]:
        return self._future

    def run(self, connection: Connection, transaction: SqlTransaction) -> None:
        """Do the work inside a savepoint. Raises only what spoils the whole transaction."""
        savepoint = connection.begin_nested()
        try:
            self._outcome.append(self._work(transaction))
        except BaseException as error:  # noqa: BLE001  (handed to whoever waits for the work)
            self.error = translated(error) if isinstance(error, FOREIGN) else error
            savepoint.rollback()
        else:
            savepoint.commit()

    def settle(self) -> None:
        """Tell whoever waits; runs in their loop."""
        if self._future.done():
            return
        if self.error is not None:
            self._future.set_exception(self.error)
        else:
            self._future.set_result(self._outcome[0])


class Writer:
    """The thread. `transact` makes a transaction's repositories."""

    def __init__(self, engine: Engine, transact: Callable[[Connection], SqlTransaction], name: str) -> None:
        self._engine = engine
        self._transact = transact
        self._queue: queue.SimpleQueue[_Job[object] | None] = queue.SimpleQueue()
        self._is_open = True
        self._gate = threading.Lock()  # nothing may be queued behind the end
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    async def write(self, work: Callable[[SqlTransaction], T]) -> T:
        """What the work returned, once it is committed. Raises what it raised, or StoreUnavailable."""
        job = _Job(work)
        with self._gate:
            if not self._is_open:
                raise StoreUnavailable("it has been closed")
            self._queue.put(job)  # type: ignore[arg-type]  # the queue does not look at the outcome
        return await job.future

    def close(self) -> None:
        """Finish what is queued, then end the thread."""
        with self._gate:
            self._is_open = False
            self._queue.put(None)
        self._thread.join()
        self._engine.dispose()

    def _run(self) -> None:
        while (first := self._queue.get()) is not None:
            jobs, is_last = self._together_with(first)
            self._commit(jobs)
            _settle(jobs)
            if is_last:
                return

    def _together_with(self, first: _Job[object]) -> tuple[list[_Job[object]], bool]:
        """The first job and those that wait behind it; whether the end of all work is among them."""
        jobs = [first]
        while len(jobs) < _MOST_TOGETHER:
            try:
                job = self._queue.get_nowait()
            except queue.Empty:
                break
            if job is None:
                return jobs, True
            jobs.append(job)
        return jobs, False

    def _commit(self, jobs: Iterable[_Job[object]]) -> None:
        try:
            with self._engine.begin() as connection:
                for job in jobs:
                    job.run(connection, self._transact(connection))
        except FOREIGN as error:
            failure = translated(error)
            for job in jobs:
                job.error = job.error or failure


def _settle(jobs: Iterable[_Job[object]]) -> None:
    """Wake each event loop once for all of its jobs."""
    by_loop: dict[asyncio.AbstractEventLoop, list[_Job[object]]] = defaultdict(list)
    for job in jobs:
        by_loop[job.loop].append(job)
    for loop, its_jobs in by_loop.items():
        if not loop.is_closed():
            loop.call_soon_threadsafe(_settle_all, its_jobs)


def _settle_all(jobs: Iterable[_Job[object]]) -> None:
    for job in jobs:
        job.settle()
