"""The management listener's application: health checks and `/v1`."""

from starlette.applications import Starlette
from starlette.middleware import Middleware

from gatewright.management import health
from gatewright.management.context import Management
from gatewright.management.errors import HANDLERS
from gatewright.management.paths import CanonicalPaths
from gatewright.management.resources import (
    apps,
    deployments,
    developers,
    environments,
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

RESOURCES = (
    organizations,
    environments,
    virtual_hosts,
    target_servers,
    maps,
    proxies,
    pieces,
    deployments,
    products,
    developers,
    apps,
    keys,
)


PATHS: tuple[Path, ...] = tuple(path for resource in RESOURCES for path in resource.ROUTES)
"""Everything below `/v1`."""


def management_app(management: Management) -> Starlette:
    """Everything that the management port answers."""
    routes = [*health.routes(), *(each.route() for each in PATHS)]
    app = Starlette(routes=routes, exception_handlers=HANDLERS, middleware=[Middleware(CanonicalPaths)])
    app.state.management = management
    return app
