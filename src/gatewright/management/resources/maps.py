"""Key value maps of the organization, of an environment, of a proxy and of a revision.

Entries come in the map's own body as well as one by one below `/entries`: clients use either form.
"""

from starlette.responses import Response

from gatewright.entities import KeyValueEntry, KeyValueMap, MapScope
from gatewright.management.call import Call
from gatewright.management.routes import PAGE, Method, Names, Path, route
from gatewright.operations.maps import (
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
from gatewright.store import Store


def _scope_of(call: Call) -> tuple[Store, str, MapScope]:
    """The store, the organization, and whose maps the path is about."""
    names = call.names
    scope = MapScope(
        environment=names.get("environment", ""),
        proxy=names.get("proxy", ""),
        revision=call.revision if "revision" in names else 0,
    )
    return call.store, call.organization, scope


def _map_of(call: Call) -> tuple[Store, str, MapScope, str]:
    return *_scope_of(call), call["map"]


async def list_them(call: Call) -> Response:
    """The names of the key value maps."""
    return call.reply(await list_maps(*_scope_of(call)))


async def create(call: Call) -> Response:
    """Create a key value map, with entries if the body has any."""
    return call.reply(await create_map(*_scope_of(call), await call.read(KeyValueMap)), 201)


async def get(call: Call) -> Response:
    """One key value map. Values of an encrypted one are not shown."""
    return call.reply(await get_map(*_map_of(call)))


async def put(call: Call) -> Response:
    """Create or replace entries of a map; the others stay."""
    given = await call.read(KeyValueMap, name=call["map"])
    return call.reply(await put_entries(*_map_of(call), given.entry))


async def delete(call: Call) -> Response:
    """Delete a key value map."""
    return call.reply(await delete_map(*_map_of(call)))


async def list_entry_names(call: Call) -> Response:
    """The names of a map's entries."""
    start, count = call.page
    return call.reply(await list_keys(*_map_of(call), start or call.query("startkey"), count))


async def create_one(call: Call) -> Response:
    """Create an entry of a map."""
    return call.reply(await create_entry(*_map_of(call), await call.read(KeyValueEntry)), 201)


async def get_one(call: Call) -> Response:
    """One entry of a map."""
    return call.reply(await get_entry(*_map_of(call), call["entry"]))


async def update_one(call: Call) -> Response:
    """Change an entry of a map."""
    entry = await call.read(KeyValueEntry, name=call["entry"])
    return call.reply(await update_entry(*_map_of(call), entry))


async def delete_one(call: Call) -> Response:
    """Delete an entry of a map."""
    return call.reply(await delete_entry(*_map_of(call), call["entry"]))


_PUT = Method(put, {200: KeyValueMap}, body=KeyValueMap)
_UPDATE = Method(update_one, {200: KeyValueEntry}, body=KeyValueEntry)


def _routes(scope: str) -> list[Path]:
    maps = f"/organizations/{{organization}}{scope}/keyvaluemaps"
    return [
        route(
            maps,
            GET=Method(list_them, {200: Names}),
            POST=Method(create, {201: KeyValueMap}, body=KeyValueMap),
        ),
        route(
            f"{maps}/{{map}}",
            GET=Method(get, {200: KeyValueMap}),
            POST=_PUT,
            PUT=_PUT,
            DELETE=Method(delete, {200: KeyValueMap}),
        ),
        route(f"{maps}/{{map}}/keys", GET=Method(list_entry_names, {200: Names}, query=PAGE)),
        route(
            f"{maps}/{{map}}/entries",
            POST=Method(create_one, {201: KeyValueEntry}, body=KeyValueEntry),
        ),
        route(
            f"{maps}/{{map}}/entries/{{entry}}",
            GET=Method(get_one, {200: KeyValueEntry}),
            POST=_UPDATE,
            PUT=_UPDATE,
            DELETE=Method(delete_one, {200: KeyValueEntry}),
        ),
    ]


ROUTES = (
    *_routes(""),
    *_routes("/environments/{environment}"),
    *_routes("/apis/{proxy}"),
    *_routes("/apis/{proxy}/revisions/{revision}"),
)
