"""`/organizations/O/apiproducts`."""

from msgspec.structs import replace
from starlette.responses import Response

from gatewright.entities import ApiProduct
from gatewright.management.call import Call, route
from gatewright.management.fields import replaced
from gatewright.management.resources.attributes import AttributeRoutes, Attributes, Edit
from gatewright.management.wire import as_struct
from gatewright.operations.products import (
    create_product,
    delete_product,
    edit_product,
    get_product,
    list_product_keys,
    list_products,
)


async def list_them(call: Call) -> Response:
    """Names, or with `expand=true` everything; `attributename` and `attributevalue` filter."""
    start, count = call.page
    found = await list_products(call.store, call.organization, start, count)
    wanted = (call.query("attributename"), call.query("attributevalue"))
    if wanted[0]:
        found = tuple(each for each in found if any((a.name, a.value) == wanted for a in each.attributes))
    if call.is_set("expand"):
        return call.reply({"apiProduct": found}, root="ApiProducts")
    return call.reply([each.name for each in found], root="ApiProducts")


async def create(call: Call) -> Response:
    product = as_struct(await call.fields(), ApiProduct)
    return call.reply(await create_product(call.store, call.organization, product, call.by), 201)


async def get(call: Call) -> Response:
    """`?query=list&entity=keys` names the consumer keys that have the product."""
    if call.query("query") == "list" and call.query("entity") == "keys":
        return call.reply(
            await list_product_keys(call.store, call.organization, call["product"]), root="Keys"
        )
    return call.reply(await get_product(call.store, call.organization, call["product"]))


async def update(call: Call) -> Response:
    fields = await call.fields()
    edited = await edit_product(
        call.store, call.organization, call["product"], lambda was: replaced(was, fields, ("name",)), call.by
    )
    return call.reply(edited)


async def delete(call: Call) -> Response:
    return call.reply(await delete_product(call.store, call.organization, call["product"]))


async def _attributes(call: Call) -> Attributes:
    return (await get_product(call.store, call.organization, call["product"])).attributes


async def _edit_attributes(call: Call, edit: Edit) -> Attributes:
    edited = await edit_product(
        call.store,
        call.organization,
        call["product"],
        lambda was: replace(was, attributes=edit(was.attributes)),
        call.by,
    )
    return edited.attributes


PRODUCT = "/organizations/{organization}/apiproducts/{product}"
ROUTES = (
    route("/organizations/{organization}/apiproducts", GET=list_them, POST=create),
    route(PRODUCT, GET=get, PUT=update, POST=update, DELETE=delete),
    *AttributeRoutes(PRODUCT, _attributes, _edit_attributes).routes(),
)
