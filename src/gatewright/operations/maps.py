"""Key value maps of an organization, environment, proxy or revision; encrypted values are not shown."""

from collections.abc import Iterable

from msgspec.structs import replace

from gatewright.entities import KeyValueEntry, KeyValueMap, MapScope
from gatewright.operations.errors import MapEntryAlreadyExists
from gatewright.operations.naming import check_given, check_name
from gatewright.operations.work import reading, writing
from gatewright.store import Missing, Store, Transaction

HIDDEN = "*****"
"""What is shown of a value in an encrypted map."""


async def list_maps(store: Store, organization: str, scope: MapScope) -> tuple[str, ...]:
    def work(tx: Transaction) -> tuple[str, ...]:
        _check_scope(tx, organization, scope)
        return tx.maps.names(organization, scope)

    return await reading(store, work, **_about(organization, scope))


async def get_map(store: Store, organization: str, scope: MapScope, name: str) -> KeyValueMap:
    return await reading(
        store, lambda tx: _shown(tx, organization, scope, name), **_about(organization, scope, name)
    )


async def create_map(
    store: Store, organization: str, scope: MapScope, key_value_map: KeyValueMap
) -> KeyValueMap:
    check_name("name", key_value_map.name)
    for entry in key_value_map.entry:
        check_given(name=entry.name)

    def work(tx: Transaction) -> KeyValueMap:
        _check_scope(tx, organization, scope)
        tx.maps.create(organization, scope, key_value_map)
        return _shown(tx, organization, scope, key_value_map.name)

    return await writing(store, work, **_about(organization, scope, key_value_map.name))


async def put_entries(
    store: Store, organization: str, scope: MapScope, name: str, entries: Iterable[KeyValueEntry]
) -> KeyValueMap:
    """Create or replace these entries; the others stay."""

    def work(tx: Transaction) -> KeyValueMap:
        _shown(tx, organization, scope, name)
        for entry in entries:
            check_given(name=entry.name)
            tx.maps.put_entry(organization, scope, name, entry)
        return _shown(tx, organization, scope, name)

    return await writing(store, work, **_about(organization, scope, name))


async def delete_map(store: Store, organization: str, scope: MapScope, name: str) -> KeyValueMap:
    def work(tx: Transaction) -> KeyValueMap:
        was = _shown(tx, organization, scope, name)
        tx.maps.delete(organization, scope, name)
        return was

    return await writing(store, work, **_about(organization, scope, name))


async def list_keys(
    store: Store, organization: str, scope: MapScope, name: str, start: str = "", count: int | None = None
) -> tuple[str, ...]:
    def work(tx: Transaction) -> tuple[str, ...]:
        _check_scope(tx, organization, scope)
        return tx.maps.keys(organization, scope, name, start, count)

    return await reading(store, work, **_about(organization, scope, name))


async def get_entry(store: Store, organization: str, scope: MapScope, name: str, key: str) -> KeyValueEntry:
    return await reading(
        store,
        lambda tx: _shown_entry(tx, organization, scope, name, key),
        **_about(organization, scope, name),
    )


async def create_entry(
    store: Store, organization: str, scope: MapScope, name: str, entry: KeyValueEntry
) -> KeyValueEntry:
    """Raises MapEntryAlreadyExists."""
    check_given(name=entry.name)

    def work(tx: Transaction) -> KeyValueEntry:
        _check_scope(tx, organization, scope)
        try:
            tx.maps.entry(organization, scope, name, entry.name)
        except Missing:
            tx.maps.put_entry(organization, scope, name, entry)
            return _shown_entry(tx, organization, scope, name, entry.name)
        raise MapEntryAlreadyExists(name=entry.name, map=name)

    return await writing(store, work, **_about(organization, scope, name))


async def update_entry(
    store: Store, organization: str, scope: MapScope, name: str, entry: KeyValueEntry
) -> KeyValueEntry:
    """Raises MapEntryDoesNotExist."""

    def work(tx: Transaction) -> KeyValueEntry:
        _shown_entry(tx, organization, scope, name, entry.name)
        tx.maps.put_entry(organization, scope, name, entry)
        return _shown_entry(tx, organization, scope, name, entry.name)

    return await writing(store, work, **_about(organization, scope, name))


async def delete_entry(
    store: Store, organization: str, scope: MapScope, name: str, key: str
) -> KeyValueEntry:
    def work(tx: Transaction) -> KeyValueEntry:
        was = _shown_entry(tx, organization, scope, name, key)
        tx.maps.delete_entry(organization, scope, name, key)
        return was

    return await writing(store, work, **_about(organization, scope, name))


def _check_scope(tx: Transaction, organization: str, scope: MapScope) -> None:
    """Raises Missing unless the environment, proxy or revision is there."""
    tx.organizations.get(organization)
    if scope.environment:
        tx.environments.get(organization, scope.environment)
    elif scope.revision:
        tx.revisions.get(organization, "apiproxy", scope.proxy, scope.revision)
    elif scope.proxy:
        tx.proxies.get(organization, "apiproxy", scope.proxy)


def _shown(tx: Transaction, organization: str, scope: MapScope, name: str) -> KeyValueMap:
    _check_scope(tx, organization, scope)
    found = tx.maps.get(organization, scope, name)
    if not found.encrypted:
        return found
    return replace(found, entry=tuple(replace(entry, value=HIDDEN) for entry in found.entry))


def _shown_entry(tx: Transaction, organization: str, scope: MapScope, name: str, key: str) -> KeyValueEntry:
    _check_scope(tx, organization, scope)
    is_encrypted = tx.maps.get(organization, scope, name).encrypted
    found = tx.maps.entry(organization, scope, name, key)
    return replace(found, value=HIDDEN) if is_encrypted else found


def _about(organization: str, scope: MapScope, name: str = "") -> dict[str, str]:
    return {
        "organization": organization,
        "environment": scope.environment,
        "proxy": scope.proxy,
        "map": name,
    }
