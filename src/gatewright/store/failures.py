"""What the store raises, and the one place where a driver's exceptions become it."""

import sqlite3

from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError


class StoreFailure(Exception):
    """Anything that the store raises."""


class Missing(StoreFailure):
    """There is no such record. `kind` is the entity's word: "developer", "API product"…"""

    def __init__(self, kind: str, name: str) -> None:
        super().__init__(f"{kind} {name} does not exist")
        self.kind = kind
        self.name = name


class Duplicate(StoreFailure):
    """A record of that kind and name is already there."""

    def __init__(self, kind: str, name: str) -> None:
        super().__init__(f"{kind} {name} already exists")
        self.kind = kind
        self.name = name


class InUse(StoreFailure):
    """The record cannot go, or come, because another one refers to it, or it to one that is not there."""

    def __init__(self, kind: str, name: str) -> None:
        super().__init__(f"{kind} {name} is referred to, or refers to what does not exist")
        self.kind = kind
        self.name = name


class Stale(StoreFailure):
    """The record has been changed since it was read: read it again."""

    def __init__(self, kind: str, name: str) -> None:
        super().__init__(f"{kind} {name} has been changed meanwhile")
        self.kind = kind
        self.name = name


class StoreUnavailable(StoreFailure):
    """The database cannot be read or written now; `reason` is the driver's account of why."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the store is not available: {reason}")
        self.reason = reason


class WrongKey(StoreFailure):
    """The encryption key is not the one that this database was written with."""


FOREIGN = (SQLAlchemyError, sqlite3.Error)
"""Every exception of the libraries underneath; `translated` makes a StoreFailure of it."""

_UNIQUE = frozenset({"SQLITE_CONSTRAINT_PRIMARYKEY", "SQLITE_CONSTRAINT_UNIQUE", "23505"})
"""A broken unique rule: SQLite's extended error names (sqlite.org/rescode.html), PostgreSQL's SQLSTATE."""


def translated(error: Exception, kind: str = "record", name: str = "") -> StoreFailure:
    """The store's name for a foreign exception that was met while writing that record."""
    if not isinstance(error, IntegrityError | sqlite3.IntegrityError):
        return StoreUnavailable(_reason(error))
    original = error.orig if isinstance(error, IntegrityError) else error
    code = getattr(original, "sqlite_errorname", None) or getattr(original, "sqlstate", None)
    return Duplicate(kind, name) if code in _UNIQUE else InUse(kind, name)


def _reason(error: Exception) -> str:
    return str(error.orig) if isinstance(error, DBAPIError) else str(error) or type(error).__name__
