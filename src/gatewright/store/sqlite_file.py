"""Connections to the database's file that notice when it is not at its place any more.

SQLite itself goes on reading and writing a file that was moved, removed or replaced under it: what it
acknowledges then is lost, and what it reads is out of date (sqlite.org/howtocorrupt.html, 2.4).
"""

import sqlite3
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import Engine, event
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry

BUSY_TIMEOUT_MS = 10_000

Identity = tuple[int, int]
"""The device and inode of a file."""


def connect(path: Path, *, read_only: bool = False) -> sqlite3.Connection:
    connection = sqlite3.connect(
        existing(path),
        timeout=BUSY_TIMEOUT_MS / 1000,
        isolation_level=None,
        check_same_thread=False,
        uri=True,
    )
    if read_only:
        connection.execute("PRAGMA query_only = ON")
    return connection


def existing(path: Path) -> str:
    """The file as a URI that does not make it: a file that has gone is an error, not an empty database."""
    return f"file:{quote(str(path))}?mode=rw"


def keep_to_file(engine: Engine, path: Path) -> None:
    """Let the engine use no connection whose file is not the one at the path: it connects anew, or fails."""

    def remember(_connection: object, record: ConnectionPoolEntry) -> None:
        record.info["file"] = _identity(path)

    def check(_connection: object, record: ConnectionPoolEntry, _proxy: object) -> None:
        if record.info["file"] is None or record.info["file"] != _identity(path):
            raise DisconnectionError("the database file was moved or replaced")

    event.listen(engine, "connect", remember)
    event.listen(engine, "checkout", check)


class HeldConnection:
    """One connection, for reading alone, that is kept for the life of its store. Mutable.

    While no file can be reached at the path it reads the one that was there: a worker serves what it has.
    """

    __slots__ = ("_file", "_path", "connection")

    def __init__(self, path: Path) -> None:
        """Raises sqlite3.Error."""
        self._path = path
        self._file = _identity(path)
        self.connection = connect(path, read_only=True)

    def is_replaced(self) -> bool:
        """Whether there is another file at the path now. Costs a microsecond or two."""
        found = _identity(self._path)
        return found is not None and found != self._file

    def renew(self) -> None:
        """Connect to the file that is there now. Raises sqlite3.Error, and then holds what it held."""
        file = _identity(self._path)
        connection = connect(self._path, read_only=True)
        self.connection.close()
        self._file, self.connection = file, connection

    def close(self) -> None:
        self.connection.close()


def _identity(path: Path) -> Identity | None:
    """None when there is no file that can be reached."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
