"""Key value maps of an organization, environment, proxy or revision."""

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.exc import SQLAlchemyError

from gatewright.entities import KeyValueEntry, KeyValueMap, MapScope
from gatewright.store import tables
from gatewright.store.changes import SqlChangeFeed
from gatewright.store.failures import Missing, translated
from gatewright.store.vault import Vault

_ENTRIES = tables.map_entries.c


class SqlMaps:
    def __init__(self, connection: Connection, changes: SqlChangeFeed, vault: Vault) -> None:
        self._connection = connection
        self._changes = changes
        self._vault = vault

    def names(self, organization: str, scope: MapScope) -> tuple[str, ...]:
        column = tables.maps.c.name
        statement = select(column).filter_by(organization=organization, scope=scope.path).order_by(column)
        return tuple(self._connection.scalars(statement))

    def get(self, organization: str, scope: MapScope, name: str) -> KeyValueMap:
        encrypted = self._is_encrypted(organization, scope, name)
        rows = self._connection.execute(
            select(_ENTRIES.name, _ENTRIES.value, _ENTRIES.sealed_value)
            .filter_by(organization=organization, scope=scope.path, map=name)
            .order_by(_ENTRIES.name)
        )
        entries = tuple(
            self._clear(key, value, sealed, entry_names(organization, scope, name, key))
            for key, value, sealed in rows
        )
        return KeyValueMap(name=name, encrypted=encrypted, entry=entries)

    def create(self, organization: str, scope: MapScope, key_value_map: KeyValueMap) -> None:
        row = {
            "organization": organization,
            "scope": scope.path,
            "name": key_value_map.name,
            "encrypted": key_value_map.encrypted,
        }
        try:
            self._connection.execute(insert(tables.maps).values(row))
        except SQLAlchemyError as error:
            raise translated(error, "key value map", key_value_map.name) from error
        self._changed(organization, scope, key_value_map.name)
        for entry in key_value_map.entry:
            self.put_entry(organization, scope, key_value_map.name, entry)

    def delete(self, organization: str, scope: MapScope, name: str) -> None:
        statement = delete(tables.maps).filter_by(organization=organization, scope=scope.path, name=name)
        if not self._connection.execute(statement).rowcount:
            raise Missing("key value map", name)
        self._changed(organization, scope, name)

    def delete_scope(self, organization: str, scope: MapScope) -> None:
        for name in self.names(organization, scope):
            self.delete(organization, scope, name)

    def keys(
        self, organization: str, scope: MapScope, name: str, start: str = "", count: int | None = None
    ) -> tuple[str, ...]:
        self._is_encrypted(organization, scope, name)
        statement = (
            select(_ENTRIES.name)
            .filter_by(organization=organization, scope=scope.path, map=name)
            .where(_ENTRIES.name >= start)
            .order_by(_ENTRIES.name)
            .limit(count)
        )
        return tuple(self._connection.scalars(statement))

    def entry(self, organization: str, scope: MapScope, name: str, key: str) -> KeyValueEntry:
        row = self._connection.execute(
            select(_ENTRIES.name, _ENTRIES.value, _ENTRIES.sealed_value).filter_by(
                organization=organization, scope=scope.path, map=name, name=key
            )
        ).first()
        if row is None:
            raise Missing("key value map entry", key)
        return self._clear(key, row[1], row[2], entry_names(organization, scope, name, key))

    def put_entry(self, organization: str, scope: MapScope, name: str, entry: KeyValueEntry) -> None:
        key = {"organization": organization, "scope": scope.path, "map": name, "name": entry.name}
        values: dict[str, str | bytes | None] = {"value": entry.value, "sealed_value": None}
        if self._is_encrypted(organization, scope, name):
            names = entry_names(organization, scope, name, entry.name)
            values = {"value": None, "sealed_value": self._vault.seal(entry.value, *names)}
        found = self._connection.execute(update(tables.map_entries).filter_by(**key).values(values))
        if not found.rowcount:
            self._connection.execute(insert(tables.map_entries).values({**key, **values}))
        self._entry_changed(organization, scope, name, entry.name)

    def delete_entry(self, organization: str, scope: MapScope, name: str, key: str) -> None:
        statement = delete(tables.map_entries).filter_by(
            organization=organization, scope=scope.path, map=name, name=key
        )
        if not self._connection.execute(statement).rowcount:
            raise Missing("key value map entry", key)
        self._entry_changed(organization, scope, name, key)

    def _is_encrypted(self, organization: str, scope: MapScope, name: str) -> bool:
        """Raises Missing when there is no such map."""
        found = self._connection.scalar(
            select(tables.maps.c.encrypted).filter_by(organization=organization, scope=scope.path, name=name)
        )
        if found is None:
            raise Missing("key value map", name)
        return bool(found)

    def _clear(
        self, key: str, value: str | None, sealed: bytes | None, names: tuple[str, ...]
    ) -> KeyValueEntry:
        if sealed is None:
            return KeyValueEntry(name=key, value=value or "")
        return KeyValueEntry(name=key, value=self._vault.open(bytes(sealed), *names))

    def _changed(self, organization: str, scope: MapScope, name: str) -> None:
        self._changes.append("map", organization, f"{scope.path}:{name}", scope.environment)

    def _entry_changed(self, organization: str, scope: MapScope, name: str, key: str) -> None:
        self._changes.append("map_entry", organization, f"{scope.path}:{name}:{key}", scope.environment)


def entry_names(organization: str, scope: MapScope, name: str, key: str) -> tuple[str, ...]:
    """What binds the value of an encrypted map to its record in the vault."""
    return ("map", organization, scope.path, name, key)
