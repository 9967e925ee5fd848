"""`…/apps/A/keys`: consumer keys, their products and their approval."""

import msgspec
from msgspec.structs import replace
from starlette.responses import Response

from gatewright.entities import Approval, Attribute, Credential
from gatewright.management.call import Call
from gatewright.management.resources.apps import APP, app_of
from gatewright.management.routes import Method, Parameter, route
from gatewright.operations.keys import (
    add_products,
    approve_key,
    delete_key,
    edit_key,
    get_key,
    import_key,
    remove_product,
    revoke_key,
    set_product_status,
)


class NewKey(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A key that was made elsewhere."""

    consumer_key: str
    consumer_secret: str
    attributes: tuple[Attribute, ...] = ()
    scopes: tuple[str, ...] = ()


class KeyChange(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Products to append; attributes and scopes to put in the place of those there are."""

    api_products: tuple[str, ...] = ()
    attributes: tuple[Attribute, ...] | None = None
    scopes: tuple[str, ...] | None = None


async def create(call: Call) -> Response:
    """Give the app a key and secret that were made elsewhere."""
    body = await call.read(NewKey)
    made = await import_key(
        *app_of(call),
        body.consumer_key,
        body.consumer_secret,
        attributes=body.attributes,
        scopes=body.scopes,
    )
    return call.reply(made, 201)


async def get(call: Call) -> Response:
    """One key of the app."""
    return call.reply(await get_key(*app_of(call), call["key"]))


async def act(call: Call) -> Response:
    """Append products to a key and replace its attributes, or set its status.

    With `action` only the status changes.
    """
    action = call.query("action")
    if action == "approve":
        await approve_key(*app_of(call), call["key"])
        return call.nothing()
    if action == "revoke":
        await revoke_key(*app_of(call), call["key"])
        return call.nothing()
    if action:
        raise call.wrong_action("approve", "revoke")
    return await update(call)


async def update(call: Call) -> Response:
    """Append products to a key and replace its attributes."""
    body = await call.read(KeyChange)
    if body.api_products:
        changed = await add_products(
            *app_of(call), call["key"], body.api_products, attributes=body.attributes, scopes=body.scopes
        )
        return call.reply(changed)

    def edit(was: Credential) -> Credential:
        return replace(
            was,
            attributes=was.attributes if body.attributes is None else body.attributes,
            scopes=was.scopes if body.scopes is None else body.scopes,
        )

    return call.reply(await edit_key(*app_of(call), call["key"], edit))


async def delete(call: Call) -> Response:
    """Delete a key."""
    return call.reply(await delete_key(*app_of(call), call["key"]))


async def act_on_product(call: Call) -> Response:
    """Approve or revoke one product of a key."""
    statuses: dict[str, Approval] = {"approve": "approved", "revoke": "revoked"}
    status = statuses.get(call.query("action"))
    if status is None:
        raise call.wrong_action(*statuses)
    await set_product_status(*app_of(call), call["key"], call["product"], status)
    return call.nothing()


async def delete_product(call: Call) -> Response:
    """Take a product off a key."""
    return call.reply(await remove_product(*app_of(call), call["key"], call["product"]))


KEYS = f"{APP}/keys"
_ACTION = Parameter("action", "`approve` or `revoke`.")
ROUTES = (
    route(f"{KEYS}/create", POST=Method(create, {201: Credential}, body=NewKey)),
    route(
        f"{KEYS}/{{key}}",
        GET=Method(get, {200: Credential}),
        POST=Method(act, {200: Credential, 204: None}, body=KeyChange, query=(_ACTION,)),
        PUT=Method(update, {200: Credential}, body=KeyChange),
        DELETE=Method(delete, {200: Credential}),
    ),
    route(
        f"{KEYS}/{{key}}/apiproducts/{{product}}",
        POST=Method(act_on_product, {204: None}, query=(_ACTION,)),
        DELETE=Method(delete_product, {200: Credential}),
    ),
)
