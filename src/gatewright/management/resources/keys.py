"""`…/apps/A/keys`: consumer keys, their products and their approval."""

import msgspec
from msgspec.structs import replace
from starlette.responses import Response

from gatewright.entities import Approval, Attribute
from gatewright.management.call import Call, route
from gatewright.management.wire import as_struct
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
from gatewright.store import Store


class KeyBody(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A key made elsewhere, or what is added to a key."""

    consumer_key: str = ""
    consumer_secret: str = ""
    api_products: tuple[str, ...] = ()
    attributes: tuple[Attribute, ...] | None = None
    scopes: tuple[str, ...] | None = None


def _where(call: Call) -> tuple[Store, str, str, str]:
    return call.store, call.organization, call["developer"], call["app"]


async def create(call: Call) -> Response:
    body = as_struct(await call.fields(), KeyBody)
    made = await import_key(
        *_where(call),
        body.consumer_key,
        body.consumer_secret,
        attributes=body.attributes or (),
        scopes=body.scopes or (),
    )
    return call.reply(made, 201)


async def get(call: Call) -> Response:
    return call.reply(await get_key(*_where(call), call["key"]))


async def act(call: Call) -> Response:
    """`?action=approve|revoke`; without an action the body's products are added."""
    action = call.query("action")
    if action == "approve":
        await approve_key(*_where(call), call["key"])
        return call.nothing()
    if action == "revoke":
        await revoke_key(*_where(call), call["key"])
        return call.nothing()
    if action:
        raise call.wrong_action("approve", "revoke")
    return await update(call)


async def update(call: Call) -> Response:
    """Products are appended, attributes and scopes replaced."""
    body = as_struct(await call.fields(), KeyBody)
    if body.api_products:
        changed = await add_products(
            *_where(call), call["key"], body.api_products, attributes=body.attributes, scopes=body.scopes
        )
        return call.reply(changed)
    attributes, scopes = body.attributes, body.scopes
    changed = await edit_key(
        *_where(call),
        call["key"],
        lambda was: replace(
            was,
            attributes=was.attributes if attributes is None else attributes,
            scopes=was.scopes if scopes is None else scopes,
        ),
    )
    return call.reply(changed)


async def delete(call: Call) -> Response:
    return call.reply(await delete_key(*_where(call), call["key"]))


async def act_on_product(call: Call) -> Response:
    statuses: dict[str, Approval] = {"approve": "approved", "revoke": "revoked"}
    status = statuses.get(call.query("action"))
    if status is None:
        raise call.wrong_action(*statuses)
    await set_product_status(*_where(call), call["key"], call["product"], status)
    return call.nothing()


async def delete_product(call: Call) -> Response:
    return call.reply(await remove_product(*_where(call), call["key"], call["product"]))


KEYS = "/organizations/{organization}/developers/{developer}/apps/{app}/keys"
ROUTES = (
    route(f"{KEYS}/create", POST=create),
    route(f"{KEYS}/{{key}}", GET=get, POST=act, PUT=update, DELETE=delete),
    route(f"{KEYS}/{{key}}/apiproducts/{{product}}", POST=act_on_product, DELETE=delete_product),
)
