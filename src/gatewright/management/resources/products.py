"""`/organizations/O/apiproducts`."""

import msgspec
from msgspec.structs import replace
from starlette.responses import Response

from gatewright.entities import ApiProduct, App
from gatewright.management.call import Call
from gatewright.management.fields import replaced
from gatewright.management.resources.attributes import AttributeRoutes, AttributeTuple, Edit
from gatewright.management.routes import EXPAND, PAGE, Method, Names, Parameter, route
from gatewright.operations.apps import list_apps
from gatewright.operations.products import (
    create_product,
    delete_product,
    edit_product,
    get_product,
    list_product_keys,
    list_products,
)


class ApiProducts(msgspec.Struct, frozen=True, rename="camel"):
    """API products in full."""

    api_product: tuple[ApiProduct, ...]


async def list_them(call: Call) -> Response:
    """The organization's API products, by name."""
    start, count = call.page
    name, value = call.query("attributename"), call.query("attributevalue")
    found = await list_products(call.store, call.organization, start, None if name else count)
    if name:
        found = tuple(each for each in found if _has_attribute(each, name, value))[:count]
    if call.is_set("expand"):
        return call.reply(ApiProducts(found))
    return call.reply([each.name for each in found])


def _has_attribute(product: ApiProduct, name: str, value: str) -> bool:
    return any(each.name == name and each.value == value for each in product.attributes)


async def create(call: Call) -> Response:
    """Create an API product."""
    product = await call.read(ApiProduct)
    return call.reply(await create_product(call.store, call.organization, product, call.by), 201)


async def get(call: Call) -> Response:
    """One API product, or who has it.

    `?query=list&entity=keys` names the consumer keys that have the product, `entity=apps` the apps' ids.
    """
    product = await get_product(call.store, call.organization, call["product"])
    if call.query("query") != "list":
        return call.reply(product)
    if call.query("entity") == "apps":
        apps = await list_apps(call.store, call.organization)
        return call.reply([each.app_id for each in apps if _is_on(each, product.name)])
    return call.reply(await list_product_keys(call.store, call.organization, product.name))


def _is_on(app: App, product: str) -> bool:
    return any(each.name == product for key in app.credentials for each in key.api_products)


async def update(call: Call) -> Response:
    """Replace an API product. The body is the whole of it: what it leaves out is gone."""
    fields = await call.fields(ApiProduct)
    edited = await edit_product(
        call.store, call.organization, call["product"], lambda was: replaced(was, fields, ("name",)), call.by
    )
    return call.reply(edited)


async def delete(call: Call) -> Response:
    """Delete an API product that no key has."""
    return call.reply(await delete_product(call.store, call.organization, call["product"]))


async def _attributes(call: Call) -> AttributeTuple:
    return (await get_product(call.store, call.organization, call["product"])).attributes


async def _edit_attributes(call: Call, edit: Edit) -> AttributeTuple:
    edited = await edit_product(
        call.store,
        call.organization,
        call["product"],
        lambda was: replace(was, attributes=edit(was.attributes)),
        call.by,
    )
    return edited.attributes


PRODUCT = "/organizations/{organization}/apiproducts/{product}"
_FILTER = (
    Parameter("attributename", "Only products that have this attribute…"),
    Parameter("attributevalue", "…with this value."),
)
_WHO = (
    Parameter("query", "`list` to learn who has the product."),
    Parameter("entity", "`keys` or `apps`."),
)
_UPDATE = Method(update, {200: ApiProduct}, body=ApiProduct)
ROUTES = (
    route(
        "/organizations/{organization}/apiproducts",
        GET=Method(list_them, {200: (Names, ApiProducts)}, query=(EXPAND, *PAGE, *_FILTER)),
        POST=Method(create, {201: ApiProduct}, body=ApiProduct),
    ),
    route(
        PRODUCT,
        GET=Method(get, {200: (ApiProduct, Names)}, query=_WHO),
        PUT=_UPDATE,
        POST=_UPDATE,
        DELETE=Method(delete, {200: ApiProduct}),
    ),
    *AttributeRoutes(PRODUCT, "API product", _attributes, _edit_attributes).routes(),
)
