"""The change feed: every write that matters to a gateway appends a row, in the same transaction.

A follower remembers the version it has applied and asks for what came after. Old rows are pruned; whoever
has slept through pruned versions gets one change of kind "everything" instead.
"""

from typing import Literal

from msgspec import Struct
from sqlalchemy import Connection, delete, func, insert, select

from gatewright.store import tables

ChangeKind = Literal[
    "everything",
    "organization",
    "environment",
    "virtual_host",
    "target_server",
    "flow_hook",
    "apiproxy",
    "sharedflow",
    "product",
    "developer",
    "app",
    "credential",
    "token",
    "map",
    "map_entry",
    "user",
]

KEPT = 10_000
"""How many versions back a follower may fall without having to read everything anew."""

_PRUNE_EVERY = 500


class Change(Struct, frozen=True):
    """What changed. `name` is the record's: a proxy (its deployments), a consumer key, a token's hash…

    A map's name is its scope's path, ":" and its own name; an entry's ends with ":" and the key.
    """

    version: int
    kind: ChangeKind
    organization: str
    environment: str
    name: str


class SqlChangeFeed:
    """The feed inside a transaction.

    SQLite lets one transaction write at a time, so versions become visible in their order.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def append(self, kind: ChangeKind, organization: str, name: str, environment: str = "") -> int:
        row = insert(tables.changes).values(
            kind=kind, organization=organization, environment=environment, name=name
        )
        version = int(self._connection.execute(row.returning(tables.changes.c.version)).scalar_one())
        if version % _PRUNE_EVERY == 0:
            self._connection.execute(delete(tables.changes).where(tables.changes.c.version <= version - KEPT))
        return version

    def latest(self) -> int:
        return self._connection.scalar(select(func.max(tables.changes.c.version))) or 0

    def after(self, version: int) -> tuple[Change, ...]:
        columns = tables.changes.c
        rows = self._connection.execute(
            select(columns.version, columns.kind, columns.organization, columns.environment, columns.name)
            .where(columns.version > version)
            .order_by(columns.version)
        )
        return without_gap(version, tuple(Change(*row) for row in rows))


def without_gap(version: int, found: tuple[Change, ...]) -> tuple[Change, ...]:
    """The changes found after a version, or one "everything" when the first of them have been pruned.

    Versions have no holes of their own as long as no transaction that appended is rolled back; a hole
    left by one costs no more than reading everything once.
    """
    if found and found[0].version > version + 1:
        return (Change(found[-1].version, "everything", "", "", ""),)
    return found
