"""Rows that hold one entity as JSON beside the columns by which they are found."""

from typing import Generic, TypeVar

import msgspec
from sqlalchemy import Connection, Table, delete, insert, select, update
from sqlalchemy.exc import SQLAlchemyError

from gatewright.store.failures import Missing, translated

E = TypeVar("E", bound=msgspec.Struct)

Key = str | int


class Documents(Generic[E]):
    """One table of documents. Columns are given by name; `named` is the column that names a record."""

    def __init__(self, connection: Connection, table: Table, entity: type[E], kind: str, named: str) -> None:
        self._connection = connection
        self._table = table
        self._entity = entity
        self._kind = kind
        self._named = named

    def names(self, start: str = "", count: int | None = None, **key: Key) -> tuple[str, ...]:
        column = self._table.c[self._named]
        statement = (
            select(column).filter_by(**key).where(column >= start).order_by(column).limit(count)
        ).select_from(self._table)
        return tuple(self._connection.scalars(statement))

    def list(self, start: str = "", count: int | None = None, **key: Key) -> tuple[E, ...]:
        column = self._table.c[self._named]
        statement = select(self._table.c.document).filter_by(**key).order_by(column).limit(count)
        if start:
            statement = statement.where(column >= start)
        return tuple(decoded(text, self._entity) for text in self._connection.scalars(statement))

    def get(self, **key: Key) -> E:
        """Raises Missing."""
        text = self._connection.scalar(select(self._table.c.document).filter_by(**key))
        if text is None:
            raise Missing(self._kind, self._name(key))
        return decoded(text, self._entity)

    def create(self, entity: E, **columns: object) -> None:
        """Raises Duplicate, or InUse when what it refers to is not there."""
        try:
            self._connection.execute(insert(self._table).values(document=encoded(entity), **columns))
        except SQLAlchemyError as error:
            raise translated(error, self._kind, self._name(columns)) from error

    def update(self, entity: E, columns: dict[str, object] | None = None, **key: Key) -> None:
        """Replace the document, and other columns if given. Raises Missing, or Duplicate."""
        values = {"document": encoded(entity), **(columns or {})}
        try:
            done = self._connection.execute(update(self._table).filter_by(**key).values(values))
        except SQLAlchemyError as error:
            raise translated(error, self._kind, self._name(key)) from error
        if not done.rowcount:
            raise Missing(self._kind, self._name(key))

    def delete(self, **key: Key) -> None:
        """Raises Missing, or InUse."""
        try:
            done = self._connection.execute(delete(self._table).filter_by(**key))
        except SQLAlchemyError as error:
            raise translated(error, self._kind, self._name(key)) from error
        if not done.rowcount:
            raise Missing(self._kind, self._name(key))

    def _name(self, columns: "dict[str, Key] | dict[str, object]") -> str:
        return str(columns.get(self._named, ""))


def encoded(entity: msgspec.Struct) -> str:
    return msgspec.json.encode(entity).decode()


def decoded(text: str, entity: type[E]) -> E:
    return msgspec.json.decode(text, type=entity)
