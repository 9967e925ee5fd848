"""Key value maps of the organization, of an environment, of a proxy and of a revision.

Entries come in the map's own body as well as one by one below `/entries`: clients use either form.
"""

from starlette.responses import Response
from starlette.routing import Route

from gatewright.entities import KeyValueEntry, KeyValueMap, MapScope
from gatewright.management.call import Call, route
from gatewright.management.wire import as_struct
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


def scope_of(call: Call) -> MapScope:
    names = call.request.path_params
    return MapScope(
        environment=names.get("environment", ""),
        proxy=names.get("proxy", ""),
        revision=call.revision if "revision" in names else 0,
    )


async def list_them(call: Call) -> Response:
    return call.reply(await list_maps(call.store, call.organization, scope_of(call)), root="KeyValueMaps")


async def create(call: Call) -> Response:
    made = as_struct(await call.fields(), KeyValueMap)
    return call.reply(await create_map(call.store, call.organization, scope_of(call), made), 201)


async def get(call: Call) -> Response:
    return call.reply(await get_map(call.store, call.organization, scope_of(call), call["map"]))


async def put(call: Call) -> Response:
    """The body's entries are created or replaced; the others stay."""
    given = as_struct({**await call.fields(), "name": call["map"]}, KeyValueMap)
    return call.reply(
        await put_entries(call.store, call.organization, scope_of(call), call["map"], given.entry)
    )


async def delete(call: Call) -> Response:
    return call.reply(await delete_map(call.store, call.organization, scope_of(call), call["map"]))


async def list_entry_keys(call: Call) -> Response:
    start, count = call.page
    start = start or call.query("startkey")
    found = await list_keys(call.store, call.organization, scope_of(call), call["map"], start, count)
    return call.reply(found, root="Keys")


async def create_one(call: Call) -> Response:
    entry = as_struct(await call.fields(), KeyValueEntry)
    made = await create_entry(call.store, call.organization, scope_of(call), call["map"], entry)
    return call.reply(made, 201)


async def get_one(call: Call) -> Response:
    found = await get_entry(call.store, call.organization, scope_of(call), call["map"], call["entry"])
    return call.reply(found)


async def update_one(call: Call) -> Response:
    entry = as_struct({**await call.fields(), "name": call["entry"]}, KeyValueEntry)
    changed = await update_entry(call.store, call.organization, scope_of(call), call["map"], entry)
    return call.reply(changed)


async def delete_one(call: Call) -> Response:
    gone = await delete_entry(call.store, call.organization, scope_of(call), call["map"], call["entry"])
    return call.reply(gone)


def _routes(scope: str) -> list[Route]:
    maps = f"/organizations/{{organization}}{scope}/keyvaluemaps"
    return [
        route(maps, GET=list_them, POST=create),
        route(f"{maps}/{{map}}", GET=get, POST=put, PUT=put, DELETE=delete),
        route(f"{maps}/{{map}}/keys", GET=list_entry_keys),
        route(f"{maps}/{{map}}/entries", POST=create_one),
        route(
            f"{maps}/{{map}}/entries/{{entry}}",
            GET=get_one,
            POST=update_one,
            PUT=update_one,
            DELETE=delete_one,
        ),
    ]


ROUTES = (
    *_routes(""),
    *_routes("/environments/{environment}"),
    *_routes("/apis/{proxy}"),
    *_routes("/apis/{proxy}/revisions/{revision}"),
)
