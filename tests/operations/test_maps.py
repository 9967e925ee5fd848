"""Key value maps: written clear, shown hidden when encrypted, each in its scope."""

import pytest
from tests.operations.installation import Installation

from gatewright.entities import KeyValueEntry, KeyValueMap, MapScope
from gatewright.operations.environments import list_environments
from gatewright.operations.errors import (
    EnvironmentDoesNotExist,
    InvalidField,
    ManagementError,
    MapAlreadyExists,
    MapDoesNotExist,
    MapEntryAlreadyExists,
    MapEntryDoesNotExist,
    OrganizationDoesNotExist,
    ProxyDoesNotExist,
    RevisionDoesNotExist,
)
from gatewright.operations.maps import (
    HIDDEN,
    create_entry,
    create_map,
    delete_entry,
    delete_map,
    get_entry,
    get_map,
    list_keys,
    list_maps,
    put_entries,
    update_entry,
)

TEST = MapScope(environment="test")
ONE = KeyValueEntry(name="k", value="one")
TWO = KeyValueEntry(name="k", value="two")


@pytest.mark.parametrize("encrypted", [False, True])
async def test_an_encrypted_map_shows_no_value_and_keeps_them(
    installed: Installation, encrypted: bool
) -> None:
    store = installed.store

    def shown(entry: KeyValueEntry) -> str:
        return HIDDEN if encrypted else entry.value

    made = await create_map(store, "myorg", TEST, KeyValueMap(name="m", encrypted=encrypted, entry=(ONE,)))
    assert [entry.value for entry in made.entry] == [shown(ONE)]
    assert (await update_entry(store, "myorg", TEST, "m", TWO)).value == shown(TWO)
    assert (await get_entry(store, "myorg", TEST, "m", "k")).value == shown(TWO)
    other = KeyValueEntry(name="other", value="x")
    await put_entries(store, "myorg", TEST, "m", [other])
    assert await list_keys(store, "myorg", TEST, "m") == ("k", "other")
    assert store.lookups.map_value("myorg", TEST, "m", "k") == "two"
    assert (await delete_entry(store, "myorg", TEST, "m", "k")).value == shown(TWO)
    assert [entry.name for entry in (await get_map(store, "myorg", TEST, "m")).entry] == ["other"]
    await delete_map(store, "myorg", TEST, "m")
    assert await list_maps(store, "myorg", TEST) == ()


async def test_entries_are_created_once_and_updated_only_when_there(installed: Installation) -> None:
    store = installed.store
    await create_map(store, "myorg", TEST, KeyValueMap(name="m"))
    with pytest.raises(MapEntryDoesNotExist):
        await update_entry(store, "myorg", TEST, "m", ONE)
    await create_entry(store, "myorg", TEST, "m", ONE)
    with pytest.raises(MapEntryAlreadyExists):
        await create_entry(store, "myorg", TEST, "m", TWO)
    assert (await get_entry(store, "myorg", TEST, "m", "k")).value == "one"
    with pytest.raises(InvalidField):
        await create_entry(store, "myorg", TEST, "m", KeyValueEntry(name="", value="x"))
    with pytest.raises(MapAlreadyExists):
        await create_map(store, "myorg", TEST, KeyValueMap(name="m"))


SCOPES: list[tuple[MapScope, type[ManagementError]]] = [
    (MapScope(environment="no"), EnvironmentDoesNotExist),
    (MapScope(proxy="no"), ProxyDoesNotExist),
    (MapScope(proxy="p", revision=9), RevisionDoesNotExist),
    (MapScope(), MapDoesNotExist),
]


@pytest.mark.parametrize(("scope", "error"), SCOPES)
async def test_a_scope_must_be_there(
    installed: Installation, scope: MapScope, error: type[ManagementError]
) -> None:
    await installed.import_bundle()
    with pytest.raises(error):
        await get_map(installed.store, "myorg", scope, "m")


async def test_an_unknown_organization_is_named(installed: Installation) -> None:
    with pytest.raises(OrganizationDoesNotExist, match="no"):
        await list_maps(installed.store, "no", MapScope())
    with pytest.raises(OrganizationDoesNotExist, match="no"):
        await list_environments(installed.store, "no")
