"""`/organizations/O/developers/D/apps` and the organization-wide `/organizations/O/apps`."""

import msgspec
from msgspec.structs import replace
from starlette.responses import Response

from gatewright.entities import NEVER, App, Attribute
from gatewright.management.call import Call, route
from gatewright.management.fields import replaced
from gatewright.management.resources.attributes import AttributeRoutes, Attributes, Edit
from gatewright.management.wire import Fields, as_struct
from gatewright.operations.apps import (
    NewApp,
    approve_app,
    create_app,
    delete_app,
    edit_app,
    get_app,
    get_app_by_id,
    list_apps,
    list_developer_apps,
    revoke_app,
)
from gatewright.operations.keys import add_products, generate_key

KEPT = ("name", "appId", "developerId", "status", "credentials")


class AppBody(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What an app, or a further key of an app, is made from. `keyExpiresIn` is milliseconds from now."""

    name: str = ""
    api_products: tuple[str, ...] = ()
    attributes: tuple[Attribute, ...] = ()
    callback_url: str = ""
    app_family: str = "default"
    scopes: tuple[str, ...] = ()
    key_expires_in: int = NEVER


async def list_all(call: Call) -> Response:
    """Ids, or with `expand=true` everything."""
    start, count = call.page
    found = await list_apps(call.store, call.organization, start, count)
    if call.is_set("expand"):
        return call.reply({"app": found}, root="Apps")
    return call.reply([each.app_id for each in found], root="Apps")


async def get_by_id(call: Call) -> Response:
    return call.reply(await get_app_by_id(call.store, call.organization, call["app"]))


async def list_them(call: Call) -> Response:
    found = await list_developer_apps(call.store, call.organization, call["developer"])
    if call.is_set("expand"):
        return call.reply({"app": found}, root="Apps")
    return call.reply([each.name for each in found], root="Apps")


async def create(call: Call) -> Response:
    body = as_struct(await call.fields(), AppBody)
    new = NewApp(
        name=body.name,
        api_products=body.api_products,
        attributes=body.attributes,
        callback_url=body.callback_url,
        app_family=body.app_family,
        scopes=body.scopes,
        key_expires_in_ms=body.key_expires_in,
    )
    return call.reply(await create_app(call.store, call.organization, call["developer"], new, call.by), 201)


async def get(call: Call) -> Response:
    return call.reply(await get_app(call.store, call.organization, call["developer"], call["app"]))


async def act(call: Call) -> Response:
    """`?action=approve|revoke`; without an action a further key is made."""
    action = call.query("action")
    where = (call.store, call.organization, call["developer"], call["app"])
    if action == "approve":
        await approve_app(*where, call.by)
        return call.nothing()
    if action == "revoke":
        await revoke_app(*where, call.by)
        return call.nothing()
    if action:
        raise call.wrong_action("approve", "revoke")
    return await _further_key(call)


async def _further_key(call: Call) -> Response:
    body = as_struct(await call.fields(), AppBody)
    app = await generate_key(
        call.store,
        call.organization,
        call["developer"],
        call["app"],
        body.api_products,
        attributes=body.attributes,
        scopes=body.scopes,
        expires_in_ms=body.key_expires_in,
    )
    return call.reply(app)


async def update(call: Call) -> Response:
    """The body is the whole app; products in it are added to the app's first key, as Edge does."""
    fields = await call.fields()
    where = (call.store, call.organization, call["developer"], call["app"])
    edited = await edit_app(*where, lambda was: replaced(was, _own(fields), KEPT), call.by)
    products = as_struct(fields, AppBody).api_products
    if products and edited.credentials:
        await add_products(*where, edited.credentials[0].consumer_key, products)
        edited = await get_app(*where)
    return call.reply(edited)


def _own(fields: Fields) -> Fields:
    return {name: value for name, value in fields.items() if name != "apiProducts"}


async def delete(call: Call) -> Response:
    return call.reply(await delete_app(call.store, call.organization, call["developer"], call["app"]))


async def _attributes(call: Call) -> Attributes:
    return (await get_app(call.store, call.organization, call["developer"], call["app"])).attributes


async def _edit_attributes(call: Call, edit: Edit) -> Attributes:
    def edit_it(was: App) -> App:
        return replace(was, attributes=edit(was.attributes))

    edited = await edit_app(call.store, call.organization, call["developer"], call["app"], edit_it, call.by)
    return edited.attributes


APP = "/organizations/{organization}/developers/{developer}/apps/{app}"
ROUTES = (
    route("/organizations/{organization}/apps", GET=list_all),
    route("/organizations/{organization}/apps/{app}", GET=get_by_id),
    route("/organizations/{organization}/developers/{developer}/apps", GET=list_them, POST=create),
    route(APP, GET=get, POST=act, PUT=update, DELETE=delete),
    *AttributeRoutes(APP, _attributes, _edit_attributes).routes(),
)
