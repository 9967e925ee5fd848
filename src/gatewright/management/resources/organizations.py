"""`/organizations`."""

from starlette.responses import Response

from gatewright.entities import Organization, Properties
from gatewright.management.call import Call, route
from gatewright.management.errors import Refused
from gatewright.management.wire import as_struct
from gatewright.operations.organizations import (
    create_organization,
    get_organization,
    list_organizations,
    replace_organization_properties,
)


async def list_them(call: Call) -> Response:
    return call.reply(await list_organizations(call.store), root="Organizations")


async def create(call: Call) -> Response:
    organization = as_struct(await call.fields(), Organization)
    return call.reply(await create_organization(call.store, organization, call.by), 201)


async def get(call: Call) -> Response:
    return call.reply(await get_organization(call.store, call.organization))


async def replace_properties(call: Call) -> Response:
    """Edge lets only a system administrator do this."""
    if not call.user.is_sysadmin:
        raise Refused(403, "management.Forbidden", "only a sysadmin may change an organization's properties")
    fields = await call.fields()
    properties = as_struct(fields.get("properties", {}), Properties)
    return call.reply(
        await replace_organization_properties(call.store, call.organization, properties, call.by)
    )


ROUTES = (
    route("/organizations", GET=list_them, POST=create),
    route("/organizations/{organization}", GET=get, POST=replace_properties, PUT=replace_properties),
)
