"""The management listener's application: health checks, `/openapi.json` and `/v1`."""

from collections.abc import Mapping

import msgspec
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gatewright.management import health
from gatewright.management.context import Management
from gatewright.management.errors import HANDLERS
from gatewright.management.openapi import openapi
from gatewright.management.paths import CanonicalPaths
from gatewright.management.resources import (
    apps,
    deployments,
    developers,
    environments,
    flow_hooks,
    keys,
    maps,
    organizations,
    pieces,
    products,
    proxies,
    target_servers,
    virtual_hosts,
)
from gatewright.management.routes import Path

RESOURCES: Mapping[str, tuple[Path, ...]] = {
    "Organizations": organizations.ROUTES,
    "Environments": environments.ROUTES,
    "Virtual hosts": virtual_hosts.ROUTES,
    "Target servers": target_servers.ROUTES,
    "Key value maps": maps.ROUTES,
    "API proxies": proxies.ROUTES["apiproxy"],
    "Pieces of an API proxy": pieces.ROUTES["apiproxy"],
    "Shared flows": proxies.ROUTES["sharedflow"],
    "Pieces of a shared flow": pieces.ROUTES["sharedflow"],
    "Deployments": deployments.ROUTES,
    "Flow hooks": flow_hooks.ROUTES,
    "API products": products.ROUTES,
    "Developers": developers.ROUTES,
    "Apps": apps.ROUTES,
    "Keys": keys.ROUTES,
}
"""All paths below `/v1`, by what they are about."""

PATHS: tuple[Path, ...] = tuple(path for paths in RESOURCES.values() for path in paths)


def management_app(management: Management) -> Starlette:
    """Everything that the management port answers."""
    document = msgspec.json.encode(openapi(RESOURCES))

    async def openapi_json(_: Request) -> Response:
        return Response(document, media_type="application/json")

    own = [*health.routes(), Route("/openapi.json", openapi_json)]
    routes = [*own, *(path.route() for path in PATHS)]
    app = Starlette(routes=routes, exception_handlers=HANDLERS, middleware=[Middleware(CanonicalPaths)])
    app.router.redirect_slashes = False  # a client's POST would not survive it
    app.state.management = management
    return app
