"""`/organizations/O/developers/D/apps` and the organization-wide `/organizations/O/apps`."""

from typing import Annotated

import msgspec
from msgspec.structs import replace
from starlette.responses import Response

from gatewright.entities import NEVER, App, Attribute
from gatewright.management.call import Call
from gatewright.management.fields import replaced
from gatewright.management.resources.attributes import AttributeRoutes, AttributeTuple, Edit
from gatewright.management.routes import EXPAND, PAGE, Method, Names, Parameter, route
from gatewright.management.wire import as_struct
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
from gatewright.store import Store

KEPT = ("name", "appId", "developerId", "status", "credentials")

Milliseconds = Annotated[int, msgspec.Meta(ge=-1, le=100 * 365 * 86_400_000)]
"""A duration of at most a hundred years, or -1 for never."""


class AppBody(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What an app, or a further key of an app, is made from. `keyExpiresIn` is milliseconds from now."""

    name: str = ""
    api_products: tuple[str, ...] = ()
    attributes: tuple[Attribute, ...] = ()
    callback_url: str = ""
    app_family: str = "default"
    scopes: tuple[str, ...] = ()
    key_expires_in: Milliseconds = NEVER


class Apps(msgspec.Struct, frozen=True):
    """Apps in full."""

    app: tuple[App, ...]


def app_of(call: Call) -> tuple[Store, str, str, str]:
    """The store, and where in it the path's app is."""
    return call.store, call.organization, call["developer"], call["app"]


async def list_all(call: Call) -> Response:
    """The ids of all apps of the organization."""
    start, count = call.page
    wanted = call.query("apiProduct"), call.query("status"), call.query("keyStatus")
    is_filtered = any(wanted)
    found = await list_apps(call.store, call.organization, start, None if is_filtered else count)
    if is_filtered:
        found = tuple(each for each in found if _is_wanted(each, *wanted))[:count]
    return call.reply(Apps(found) if call.is_set("expand") else [each.app_id for each in found])


def _is_wanted(app: App, product: str, status: str, key_status: str) -> bool:
    """An empty text wants nothing."""
    products = {product.name for key in app.credentials for product in key.api_products}
    statuses = {key.status for key in app.credentials}
    return (
        (not product or product in products)
        and status in ("", app.status)
        and (not key_status or key_status in statuses)
    )


async def get_by_id(call: Call) -> Response:
    """One app, by its id."""
    return call.reply(await get_app_by_id(call.store, call.organization, call["app"]))


async def list_them(call: Call) -> Response:
    """The names of the developer's apps."""
    found = await list_developer_apps(call.store, call.organization, call["developer"])
    return call.reply(Apps(found) if call.is_set("expand") else [each.name for each in found])


async def create(call: Call) -> Response:
    """Create an app, with one key for the products that the body names."""
    body = await call.read(AppBody)
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
    """One app of the developer, with its keys."""
    return call.reply(await get_app(*app_of(call)))


async def act(call: Call) -> Response:
    """Make a further key for the app, or set the app's status.

    With `action` only the status changes; without it the body names the new key's products.
    """
    action = call.query("action")
    if action == "approve":
        await approve_app(*app_of(call), call.by)
        return call.nothing()
    if action == "revoke":
        await revoke_app(*app_of(call), call.by)
        return call.nothing()
    if action:
        raise call.wrong_action("approve", "revoke")
    return await _further_key(call)


async def _further_key(call: Call) -> Response:
    body = await call.read(AppBody)
    app = await generate_key(
        *app_of(call),
        body.api_products,
        attributes=body.attributes,
        scopes=body.scopes,
        expires_in_ms=body.key_expires_in,
    )
    return call.reply(app)


async def update(call: Call) -> Response:
    """Replace an app. Products in the body are added to the app's first key.

    The body is the whole app: what it leaves out is gone, except for its keys.
    """
    body = await call.fields(AppBody)
    products = as_struct(body, AppBody).api_products
    own = {name: value for name, value in body.items() if name not in ("apiProducts", "keyExpiresIn")}
    edited = await edit_app(*app_of(call), lambda was: replaced(was, own, KEPT), call.by)
    if products and edited.credentials:
        await add_products(*app_of(call), edited.credentials[0].consumer_key, products)
        edited = await get_app(*app_of(call))
    return call.reply(edited)


async def delete(call: Call) -> Response:
    """Delete an app with its keys."""
    return call.reply(await delete_app(*app_of(call)))


async def _attributes(call: Call) -> AttributeTuple:
    return (await get_app(*app_of(call))).attributes


async def _edit_attributes(call: Call, edit: Edit) -> AttributeTuple:
    def edit_it(was: App) -> App:
        return replace(was, attributes=edit(was.attributes))

    return (await edit_app(*app_of(call), edit_it, call.by)).attributes


APP = "/organizations/{organization}/developers/{developer}/apps/{app}"
_FILTER = (
    Parameter("apiProduct", "Only apps with a key for this product."),
    Parameter("status", "Only apps that are `approved` or `revoked`."),
    Parameter("keyStatus", "Only apps with a key that is `approved` or `revoked`."),
)
ROUTES = (
    route(
        "/organizations/{organization}/apps",
        GET=Method(list_all, {200: (Names, Apps)}, query=(EXPAND, *PAGE, *_FILTER)),
    ),
    route("/organizations/{organization}/apps/{app}", GET=Method(get_by_id, {200: App})),
    route(
        "/organizations/{organization}/developers/{developer}/apps",
        GET=Method(list_them, {200: (Names, Apps)}, query=(EXPAND,)),
        POST=Method(create, {201: App}, body=AppBody),
    ),
    route(
        APP,
        GET=Method(get, {200: App}),
        POST=Method(
            act,
            {200: App, 204: None},
            body=AppBody,
            query=(Parameter("action", "`approve` or `revoke`."),),
        ),
        PUT=Method(update, {200: App}, body=AppBody),
        DELETE=Method(delete, {200: App}),
    ),
    *AttributeRoutes(APP, "app", _attributes, _edit_attributes).routes(),
)
