"""`…/attributes` of products, developers and apps: the same routes for all three."""

from collections.abc import Awaitable, Callable

from starlette.responses import Response
from starlette.routing import Route

from gatewright.entities import Attribute
from gatewright.management.call import Call, route
from gatewright.management.wire import as_struct
from gatewright.operations.attributes import attribute_named, with_attribute, without_attribute

Attributes = tuple[Attribute, ...]
Edit = Callable[[Attributes], Attributes]
Read = Callable[[Call], Awaitable[Attributes]]
Write = Callable[[Call, Edit], Awaitable[Attributes]]
"""Puts what the edit makes of the record's attributes in their place; the attributes then."""


class AttributeRoutes:
    """The routes below one kind of record."""

    def __init__(self, path: str, read: Read, write: Write) -> None:
        self._path = path
        self._read = read
        self._write = write

    def routes(self) -> list[Route]:
        return [
            route(f"{self._path}/attributes", GET=self.list_them, POST=self.replace, PUT=self.replace),
            route(
                f"{self._path}/attributes/{{attribute}}",
                GET=self.get,
                POST=self.put,
                PUT=self.put,
                DELETE=self.delete,
            ),
        ]

    async def list_them(self, call: Call) -> Response:
        return call.reply({"attribute": await self._read(call)}, root="Attributes")

    async def replace(self, call: Call) -> Response:
        fields = await call.fields()
        given = fields.get("attribute", fields.get("attributes", []))
        items = given if isinstance(given, list) else [given]
        attributes = tuple(as_struct(each, Attribute) for each in items)
        return call.reply({"attribute": await self._write(call, lambda _: attributes)}, root="Attributes")

    async def get(self, call: Call) -> Response:
        return call.reply(attribute_named(await self._read(call), call["attribute"]))

    async def put(self, call: Call) -> Response:
        given = as_struct({**await call.fields(), "name": call["attribute"]}, Attribute)
        await self._write(call, lambda was: with_attribute(was, given))
        return call.reply(given)

    async def delete(self, call: Call) -> Response:
        removed: list[Attribute] = []

        def edit(was: Attributes) -> Attributes:
            removed.append(attribute_named(was, call["attribute"]))
            return without_attribute(was, call["attribute"])

        await self._write(call, edit)
        return call.reply(removed[-1])
