"""`…/attributes` of products, developers and apps: the same routes for all three."""

from collections.abc import Awaitable, Callable

import msgspec
from starlette.responses import Response

from gatewright.entities import Attribute
from gatewright.management.call import Call
from gatewright.management.routes import Method, Path, route
from gatewright.operations.attributes import attribute_named, with_attribute, without_attribute

AttributeTuple = tuple[Attribute, ...]
Edit = Callable[[AttributeTuple], AttributeTuple]
Read = Callable[[Call], Awaitable[AttributeTuple]]
Write = Callable[[Call, Edit], Awaitable[AttributeTuple]]
"""Puts what the edit makes of the record's attributes in their place; the attributes then."""


class Attributes(msgspec.Struct, frozen=True, kw_only=True):
    """Edge's wrapper `{"attribute": [{"name", "value"}]}`."""

    attribute: AttributeTuple = ()


class AttributeRoutes:
    """The routes below one kind of record."""

    def __init__(self, path: str, noun: str, read: Read, write: Write) -> None:
        self._path = f"{path}/attributes"
        self._noun = noun
        self._read = read
        self._write = write

    def routes(self) -> tuple[Path, ...]:
        noun = self._noun
        about = f"Replace all attributes of the {noun}"
        replace = Method(self.replace, {200: Attributes}, body=Attributes, about=about)
        put = Method(self.put, {200: Attribute}, body=Attribute, about=f"Set one attribute of the {noun}")
        return (
            route(
                self._path,
                GET=Method(self.list_them, {200: Attributes}, about=f"The attributes of the {noun}"),
                POST=replace,
                PUT=replace,
            ),
            route(
                f"{self._path}/{{attribute}}",
                GET=Method(self.get, {200: Attribute}, about=f"One attribute of the {noun}"),
                POST=put,
                PUT=put,
                DELETE=Method(self.delete, {200: Attribute}, about=f"Delete one attribute of the {noun}"),
            ),
        )

    async def list_them(self, call: Call) -> Response:
        return call.reply(Attributes(attribute=await self._read(call)))

    async def replace(self, call: Call) -> Response:
        given = (await call.read(Attributes)).attribute
        return call.reply(Attributes(attribute=await self._write(call, lambda _: given)))

    async def get(self, call: Call) -> Response:
        return call.reply(attribute_named(await self._read(call), call["attribute"]))

    async def put(self, call: Call) -> Response:
        given = await call.read(Attribute, name=call["attribute"])
        await self._write(call, lambda was: with_attribute(was, given))
        return call.reply(given)

    async def delete(self, call: Call) -> Response:
        removed: list[Attribute] = []

        def edit(was: AttributeTuple) -> AttributeTuple:
            removed.append(attribute_named(was, call["attribute"]))
            return without_attribute(was, call["attribute"])

        await self._write(call, edit)
        return call.reply(removed[-1])
