"""`/organizations/O/developers`. A developer is named by e-mail or by id."""

from msgspec.structs import replace
from starlette.responses import Response

from gatewright.entities import Developer
from gatewright.management.call import Call, route
from gatewright.management.fields import replaced
from gatewright.management.resources.attributes import AttributeRoutes, Attributes, Edit
from gatewright.management.wire import as_struct
from gatewright.operations.developers import (
    activate_developer,
    create_developer,
    deactivate_developer,
    delete_developer,
    edit_developer,
    get_developer,
    list_developers,
)

KEPT = ("developerId", "organizationName", "status", "apps", "companies")


async def list_them(call: Call) -> Response:
    """E-mails, or with `expand=true` everything; `email` and `app` filter."""
    start, count = call.page
    found = await list_developers(call.store, call.organization, start, count)
    email, app = call.query("email"), call.query("app")
    found = tuple(
        each for each in found if (not email or each.email == email) and (not app or app in each.apps)
    )
    if call.is_set("expand"):
        return call.reply({"developer": found}, root="Developers")
    return call.reply([each.email for each in found], root="Developers")


async def create(call: Call) -> Response:
    developer = as_struct(await call.fields(), Developer)
    return call.reply(await create_developer(call.store, call.organization, developer, call.by), 201)


async def get(call: Call) -> Response:
    return call.reply(await get_developer(call.store, call.organization, call["developer"]))


async def update(call: Call) -> Response:
    """With `?action=active|inactive` only the status changes."""
    action = call.query("action")
    if action:
        return await _set_status(call, action)
    fields = await call.fields()
    edited = await edit_developer(
        call.store, call.organization, call["developer"], lambda was: replaced(was, fields, KEPT), call.by
    )
    return call.reply(edited)


async def _set_status(call: Call, action: str) -> Response:
    if action == "active":
        await activate_developer(call.store, call.organization, call["developer"], call.by)
    elif action == "inactive":
        await deactivate_developer(call.store, call.organization, call["developer"], call.by)
    else:
        raise call.wrong_action("active", "inactive")
    return call.nothing()


async def delete(call: Call) -> Response:
    return call.reply(await delete_developer(call.store, call.organization, call["developer"]))


async def _attributes(call: Call) -> Attributes:
    return (await get_developer(call.store, call.organization, call["developer"])).attributes


async def _edit_attributes(call: Call, edit: Edit) -> Attributes:
    edited = await edit_developer(
        call.store,
        call.organization,
        call["developer"],
        lambda was: replace(was, attributes=edit(was.attributes)),
        call.by,
    )
    return edited.attributes


DEVELOPER = "/organizations/{organization}/developers/{developer}"
ROUTES = (
    route("/organizations/{organization}/developers", GET=list_them, POST=create),
    route(DEVELOPER, GET=get, PUT=update, POST=update, DELETE=delete),
    *AttributeRoutes(DEVELOPER, _attributes, _edit_attributes).routes(),
)
