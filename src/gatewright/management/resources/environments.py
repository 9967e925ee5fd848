"""`/organizations/O/environments`."""

from starlette.responses import Response

from gatewright.entities import Environment
from gatewright.management.call import Call
from gatewright.management.fields import merged
from gatewright.management.routes import Method, Names, route
from gatewright.operations.environments import (
    create_environment,
    delete_environment,
    get_environment,
    list_environments,
    update_environment,
)


async def list_them(call: Call) -> Response:
    """The names of the organization's environments."""
    return call.reply(await list_environments(call.store, call.organization))


async def create(call: Call) -> Response:
    """Create an environment."""
    environment = await call.read(Environment)
    return call.reply(await create_environment(call.store, call.organization, environment, call.by), 201)


async def get(call: Call) -> Response:
    """One environment."""
    return call.reply(await get_environment(call.store, call.organization, call["environment"]))


async def update(call: Call) -> Response:
    """Change an environment. Fields that the body leaves out stay as they are."""
    was = await get_environment(call.store, call.organization, call["environment"])
    environment = merged(was, await call.fields(Environment))
    return call.reply(await update_environment(call.store, call.organization, environment, call.by))


async def delete(call: Call) -> Response:
    """Delete an environment that nothing is deployed or configured in."""
    return call.reply(await delete_environment(call.store, call.organization, call["environment"]))


_UPDATE = Method(update, {200: Environment}, body=Environment)
ROUTES = (
    route(
        "/organizations/{organization}/environments",
        GET=Method(list_them, {200: Names}),
        POST=Method(create, {201: Environment}, body=Environment),
    ),
    route(
        "/organizations/{organization}/environments/{environment}",
        GET=Method(get, {200: Environment}),
        POST=_UPDATE,
        PUT=_UPDATE,
        DELETE=Method(delete, {200: Environment}),
    ),
)
