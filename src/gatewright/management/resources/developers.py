"""`/organizations/O/developers`. A developer is named by e-mail or by id."""

import msgspec
from msgspec.structs import replace
from starlette.responses import Response

from gatewright.entities import Developer
from gatewright.management.call import Call
from gatewright.management.fields import replaced
from gatewright.management.resources.attributes import AttributeRoutes, AttributeTuple, Edit
from gatewright.management.routes import EXPAND, PAGE, Method, Names, Parameter, route
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


class Developers(msgspec.Struct, frozen=True):
    """Developers in full."""

    developer: tuple[Developer, ...]


async def list_them(call: Call) -> Response:
    """The organization's developers, by e-mail."""
    start, count = call.page
    email, app = call.query("email"), call.query("app")
    is_filtered = bool(email or app)
    found = await list_developers(call.store, call.organization, start, None if is_filtered else count)
    if is_filtered:
        found = tuple(each for each in found if email in ("", each.email) and (not app or app in each.apps))
    if call.is_set("expand"):
        return call.reply(Developers(found[:count]))
    return call.reply([each.email for each in found[:count]])


async def create(call: Call) -> Response:
    """Create a developer. E-mail and the three names are required."""
    developer = await call.read(Developer)
    return call.reply(await create_developer(call.store, call.organization, developer, call.by), 201)


async def get(call: Call) -> Response:
    """One developer."""
    return call.reply(await get_developer(call.store, call.organization, call["developer"]))


async def update(call: Call) -> Response:
    """Replace a developer, or set the status.

    The body is the whole developer: what it leaves out is gone. With `action` only the status changes.
    """
    action = call.query("action")
    if action:
        return await _set_status(call, action)
    fields = await call.fields(Developer)
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
    """Delete a developer with all apps and keys."""
    return call.reply(await delete_developer(call.store, call.organization, call["developer"]))


async def _attributes(call: Call) -> AttributeTuple:
    return (await get_developer(call.store, call.organization, call["developer"])).attributes


async def _edit_attributes(call: Call, edit: Edit) -> AttributeTuple:
    edited = await edit_developer(
        call.store,
        call.organization,
        call["developer"],
        lambda was: replace(was, attributes=edit(was.attributes)),
        call.by,
    )
    return edited.attributes


DEVELOPER = "/organizations/{organization}/developers/{developer}"
_FILTER = (
    Parameter("email", "Only the developer with this e-mail."),
    Parameter("app", "Only developers with an app of this name."),
)
_UPDATE = Method(
    update,
    {200: Developer, 204: None},
    body=Developer,
    query=(Parameter("action", "`active` or `inactive`."),),
)
ROUTES = (
    route(
        "/organizations/{organization}/developers",
        GET=Method(list_them, {200: (Names, Developers)}, query=(EXPAND, *PAGE, *_FILTER)),
        POST=Method(create, {201: Developer}, body=Developer),
    ),
    route(
        DEVELOPER,
        GET=Method(get, {200: Developer}),
        PUT=_UPDATE,
        POST=_UPDATE,
        DELETE=Method(delete, {200: Developer}),
    ),
    *AttributeRoutes(DEVELOPER, "developer", _attributes, _edit_attributes).routes(),
)
