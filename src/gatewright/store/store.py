"""The store: works run inside transactions on its threads, and the caller's event loop goes on meanwhile."""

import asyncio
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Protocol, TypeVar

from sqlalchemy import Connection, Engine, make_url
from sqlalchemy.exc import ArgumentError

from gatewright.entities import Client
from gatewright.store import migrations
from gatewright.store.changes import Change
from gatewright.store.credentials import secret_names
from gatewright.store.failures import FOREIGN, StoreUnavailable, translated
from gatewright.store.keycheck import check_key
from gatewright.store.protocols import Lookups, Transaction
from gatewright.store.sqlite import SqliteBackend
from gatewright.store.transaction import SqlTransaction
from gatewright.store.vault import Vault
from gatewright.store.writer import Writer

T = TypeVar("T")

_READERS = 4


class Follower(Protocol):
    """Who follows the change feed. Used by one thread."""

    version: int

    def poll(self) -> tuple[Change, ...]:
        """What has changed since the last look, in order. Raises StoreUnavailable."""

    def close(self) -> None: ...


class Backend(Protocol):
    """A kind of database."""

    def writer(self) -> Engine: ...
    def relaxed_writer(self) -> Engine: ...
    def readers(self, connections: int) -> Engine: ...
    def lock_for_migration(self, connection: Connection) -> None: ...
    def lookups(self, vault: Vault) -> Lookups: ...
    def follow(self, version: int | None) -> Follower: ...


class Store:
    """Open it once per process, close it at the end.

    A work is a function of a Transaction. It may be run on any thread, sees one state of the database, and
    must not keep the transaction. It raises what the repositories raise, or what it likes: nothing of it is
    kept then.
    """

    def __init__(self, backend: Backend, vault: Vault, now_ms: Callable[[], int]) -> None:
        self._backend = backend
        self._vault = vault
        self._now_ms = now_ms
        self._readers = backend.readers(_READERS + 1)  # one for read_now
        self._threads = ThreadPoolExecutor(_READERS, thread_name_prefix="store-reader")
        self._writer = Writer(backend.writer(), self._transaction, "store-writer")
        self._relaxed = Writer(backend.relaxed_writer(), self._transaction, "store-relaxed-writer")
        self._inline_turn = threading.Lock()
        self._is_open = True
        self._followers: list[Follower] = []
        self.lookups = backend.lookups(vault)

    @classmethod
    def open(
        cls,
        location: str | Path,
        key: bytes,
        *,
        now_ms: Callable[[], int],
        older_keys: Iterable[bytes] = (),
    ) -> "Store":
        """The store in that file or behind that URL, made or brought up to date first.

        `now_ms` is the clock, in epoch milliseconds. Secrets sealed with an older key can still be opened.

        Raises StoreUnavailable, or WrongKey when the key is not the one its secrets were sealed with.
        """
        backend = _backend(location)
        vault = Vault(key, older_keys)
        engine = backend.writer()
        try:
            with engine.begin() as connection:
                backend.lock_for_migration(connection)
                migrations.upgrade(connection)
                check_key(connection, vault)
        except FOREIGN as error:
            raise translated(error) from error
        finally:
            engine.dispose()
        return cls(backend, vault, now_ms)

    async def read(self, work: Callable[[Transaction], T]) -> T:
        """What the work returns, run on a reader's thread."""
        self._check_open()
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._read, work)

    async def write(self, work: Callable[[Transaction], T]) -> T:
        """What the work returns, once it is safe on disk."""
        return await self._writer.write(work)

    async def write_relaxed(self, work: Callable[[Transaction], T]) -> T:
        """Like `write`, but a power cut may lose it: for the workers' registry only."""
        return await self._relaxed.write(work)

    def read_now(self, work: Callable[[Transaction], T]) -> T:
        """What the work returns, run here: for short look-ups where a thread hop costs more than it saves."""
        self._check_open()
        with self._inline_turn:
            return self._read(work)

    def follow(self, version: int | None = None) -> Follower:
        """Follow the changes after that version, or those from now on, until the store closes."""
        follower = self._backend.follow(version)
        self._followers.append(follower)
        return follower

    def secret_matches(self, client: Client, secret: str) -> bool:
        """Whether it is the client's secret, in a time that tells nothing about how nearly."""
        names = secret_names(client.organization, client.credential.consumer_key)
        return self._vault.matches(client.secret_mac, secret, *names)

    def now_ms(self) -> int:
        """The store's clock."""
        return self._now_ms()

    def close(self) -> None:
        """Finish what has been queued and let go of the database."""
        self._is_open = False
        self._writer.close()
        self._relaxed.close()
        self._threads.shutdown()
        self._readers.dispose()
        self.lookups.close()
        for follower in self._followers:
            follower.close()

    def _check_open(self) -> None:
        if not self._is_open:
            raise StoreUnavailable("it has been closed")

    def _read(self, work: Callable[[Transaction], T]) -> T:
        try:
            with self._readers.connect() as connection, connection.begin():
                return work(self._transaction(connection))
        except FOREIGN as error:
            raise translated(error) from error

    def _transaction(self, connection: Connection) -> SqlTransaction:
        return SqlTransaction(connection, self._vault, self._now_ms())


def _backend(location: str | Path) -> Backend:
    if isinstance(location, Path) or "://" not in location:
        return SqliteBackend(Path(location))
    try:
        url = make_url(location)
    except ArgumentError:
        raise StoreUnavailable("the database URL cannot be understood") from None
    if url.get_backend_name() != "sqlite" or not url.database:
        raise StoreUnavailable(f"there is no back end for {url.get_backend_name()} databases")
    return SqliteBackend(Path(url.database))
