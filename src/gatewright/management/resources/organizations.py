"""`/organizations`."""

import msgspec
from starlette.responses import Response

from gatewright.entities import Organization, Properties
from gatewright.management.call import Call
from gatewright.management.routes import Method, Names, route
from gatewright.operations.organizations import (
    create_organization,
    get_organization,
    list_organizations,
    replace_organization_properties,
)


class OrganizationProperties(msgspec.Struct, frozen=True, kw_only=True):
    """What of an organization can be changed."""

    properties: Properties = Properties()


async def list_them(call: Call) -> Response:
    """The organizations in which the caller has a role."""
    names = await list_organizations(call.store)
    own = {role.organization for role in call.user.roles}
    return call.reply([name for name in names if call.user.is_sysadmin or name in own])


async def create(call: Call) -> Response:
    """Create an organization; for system administrators."""
    made = await create_organization(call.store, await call.read(Organization), call.by)
    return call.reply(made, 201)


async def get(call: Call) -> Response:
    """One organization."""
    return call.reply(await get_organization(call.store, call.organization))


async def replace_properties(call: Call) -> Response:
    """Replace the organization's properties; for system administrators, as on Edge."""
    given = await call.read(OrganizationProperties)
    changed = await replace_organization_properties(call.store, call.organization, given.properties, call.by)
    return call.reply(changed)


_REPLACE = Method(replace_properties, {200: Organization}, body=OrganizationProperties)
ROUTES = (
    route(
        "/organizations",
        GET=Method(list_them, {200: Names}),
        POST=Method(create, {201: Organization}, body=Organization),
    ),
    route(
        "/organizations/{organization}",
        GET=Method(get, {200: Organization}),
        POST=_REPLACE,
        PUT=_REPLACE,
    ),
)
