"""`/organizations/O/environments`."""

from starlette.responses import Response

from gatewright.entities import Environment
from gatewright.management.call import Call, route
from gatewright.management.wire import as_struct, merged
from gatewright.operations.environments import (
    create_environment,
    delete_environment,
    get_environment,
    list_environments,
    update_environment,
)


async def list_them(call: Call) -> Response:
    return call.reply(await list_environments(call.store, call.organization), root="Environments")


async def create(call: Call) -> Response:
    environment = as_struct(await call.fields(), Environment)
    return call.reply(await create_environment(call.store, call.organization, environment, call.by), 201)


async def get(call: Call) -> Response:
    return call.reply(await get_environment(call.store, call.organization, call["environment"]))


async def update(call: Call) -> Response:
    was = await get_environment(call.store, call.organization, call["environment"])
    environment = merged(was, {**await call.fields(), "name": was.name})
    return call.reply(await update_environment(call.store, call.organization, environment, call.by))


async def delete(call: Call) -> Response:
    return call.reply(await delete_environment(call.store, call.organization, call["environment"]))


ROUTES = (
    route("/organizations/{organization}/environments", GET=list_them, POST=create),
    route(
        "/organizations/{organization}/environments/{environment}",
        GET=get,
        POST=update,
        PUT=update,
        DELETE=delete,
    ),
)
