"""The embedded back end: one SQLite file in WAL mode, read by many connections while one writes."""

import os
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL

from gatewright.store.changes import Change, without_gap
from gatewright.store.failures import StoreUnavailable, translated
from gatewright.store.lookups import SqliteLookups
from gatewright.store.sqlite_file import BUSY_TIMEOUT_MS, HeldConnection, connect, existing, keep_to_file
from gatewright.store.vault import Vault

_WAL_PATIENCE_S = 10.0

_CHANGES_AFTER = (
    "SELECT version, kind, organization, environment, name FROM changes WHERE version > ? ORDER BY version"
)
_LATEST = "SELECT coalesce(max(version), 0) FROM changes"


class SqliteBackend:
    """Makes connections for each purpose. Raises StoreUnavailable when the file cannot be used."""

    def __init__(self, path: Path) -> None:
        self._path = path
        _create_private(path)
        self._switch_to_wal()

    def writer(self) -> Engine:
        """Commits reach the disk before they are acknowledged; a transaction takes the write lock at once."""
        return self._engine("BEGIN IMMEDIATE", "PRAGMA synchronous = FULL", connections=1)

    def relaxed_writer(self) -> Engine:
        """Commits survive the end of a process, not always that of the machine: for what is ephemeral."""
        return self._engine("BEGIN IMMEDIATE", "PRAGMA synchronous = NORMAL", connections=1)

    def readers(self, connections: int) -> Engine:
        """Every transaction sees one state of the database, and cannot change it."""
        return self._engine("BEGIN", "PRAGMA query_only = ON", connections=connections)

    def lock_for_migration(self, connection: Connection) -> None:
        """Nothing to do: BEGIN IMMEDIATE keeps every other writer out."""

    def lookups(self, vault: Vault) -> SqliteLookups:
        return SqliteLookups(HeldConnection(self._path), vault)

    def follow(self, version: int | None) -> "SqliteFollower":
        return SqliteFollower(HeldConnection(self._path), version)

    def _engine(self, begin: str, pragma: str, connections: int) -> Engine:
        engine = create_engine(
            URL.create("sqlite", database=existing(self._path), query={"uri": "true"}),
            pool_size=connections,
            max_overflow=0,
            hide_parameters=True,  # they may be secrets, and exceptions are logged
        )
        event.listen(engine, "connect", _prepared_by(pragma))
        keep_to_file(engine, self._path)
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(begin))
        return engine

    def _switch_to_wal(self) -> None:
        """WAL stays with the file; while another process is switching, SQLite says busy at once."""
        give_up_at = time.monotonic() + _WAL_PATIENCE_S
        while True:
            try:
                connection = connect(self._path)
                try:
                    mode = connection.execute("PRAGMA journal_mode = WAL").fetchone()[0]
                finally:
                    connection.close()
            except sqlite3.OperationalError as error:
                if time.monotonic() > give_up_at:
                    raise translated(error) from error
                time.sleep(0.02)
            except sqlite3.Error as error:
                raise translated(error) from error
            else:
                if mode != "wal":
                    raise StoreUnavailable(
                        f"SQLite's WAL mode does not work on the file system of {self._path}"
                    )
                return


class SqliteFollower:
    """Changes since the last look. `version` is that of the newest change handed out."""

    def __init__(self, held: HeldConnection, version: int | None) -> None:
        """Begins after that version, or with what comes from now on."""
        self._held = held
        self._is_open = True
        self._begins_anew = False
        self._seen = -1
        try:
            self.version = self._latest() if version is None else version
        except sqlite3.Error as error:
            self.close()
            raise translated(error) from error

    def poll(self) -> tuple[Change, ...]:
        """What has come since; a few microseconds when nothing has. Raises StoreUnavailable.

        `PRAGMA data_version` changes when another connection has committed anything (sqlite.org/pragma.html).
        """
        if not self._is_open:
            raise StoreUnavailable("it has been closed")
        try:
            if self._held.is_replaced():
                self._held.renew()
                self._begins_anew = True
            if self._begins_anew:
                return self._begin_anew()
            seen = self._held.connection.execute("PRAGMA data_version").fetchone()[0]
            if seen == self._seen:
                return ()
            rows = self._held.connection.execute(_CHANGES_AFTER, (self.version,)).fetchall()
        except sqlite3.Error as error:
            raise translated(error) from error
        self._seen = seen
        found = without_gap(self.version, tuple(Change(*row) for row in rows))
        if found:
            self.version = found[-1].version
        return found

    def close(self) -> None:
        self._is_open = False
        self._held.close()

    def _begin_anew(self) -> tuple[Change, ...]:
        """Another database is in the place of the one that was followed: what it holds may be anything."""
        self.version = self._latest()
        self._begins_anew = False
        self._seen = -1
        return (Change(self.version, "everything", "", "", ""),)

    def _latest(self) -> int:
        return int(self._held.connection.execute(_LATEST).fetchone()[0])


def _prepared_by(pragma: str) -> Callable[[sqlite3.Connection, object], None]:
    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # transactions begin where we say, not where the driver guesses
        try:
            for each in (f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}", "PRAGMA foreign_keys = ON", pragma):
                connection.execute(each)
        except sqlite3.Error:
            connection.close()  # a connection that could not be prepared never enters the pool
            raise

    return prepare


def _create_private(path: Path) -> None:
    """The file readable by its owner alone; SQLite gives its companions the same mode."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise StoreUnavailable(f"{path}: {error.strerror}") from error
