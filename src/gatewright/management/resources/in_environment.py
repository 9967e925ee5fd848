"""The routes of records that have a name in an environment: virtual hosts and target servers alike."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from starlette.responses import Response

from gatewright.entities import TargetServer, VirtualHost
from gatewright.management.call import Call
from gatewright.management.fields import merged
from gatewright.management.routes import Method, Names, Path, route
from gatewright.store import Store

E = TypeVar("E", TargetServer, VirtualHost)


@dataclass(frozen=True, slots=True)
class Named(Generic[E]):
    """One kind of record, and the operations on it: store, organization and environment come first."""

    kind: type[E]
    path: str
    noun: str
    """As in "a target server"."""
    list: Callable[[Store, str, str], Awaitable[tuple[E, ...]]]
    get: Callable[[Store, str, str, str], Awaitable[E]]
    create: Callable[[Store, str, str, E], Awaitable[E]]
    update: Callable[[Store, str, str, E], Awaitable[E]]
    delete: Callable[[Store, str, str, str], Awaitable[E]]

    def routes(self) -> tuple[Path, ...]:
        collection = f"/organizations/{{organization}}/environments/{{environment}}/{self.path}"
        one: dict[int, object] = {200: self.kind}
        update = Method(self._update, one, body=self.kind, about=f"Change a {self.noun}")
        return (
            route(
                collection,
                GET=Method(self._list, {200: Names}, about=f"The names of the environment's {self.noun}s"),
                POST=Method(self._create, {201: self.kind}, body=self.kind, about=f"Create a {self.noun}"),
            ),
            route(
                f"{collection}/{{name}}",
                GET=Method(self._get, one, about=f"One {self.noun}"),
                POST=update,
                PUT=update,
                DELETE=Method(self._delete, one, about=f"Delete a {self.noun}"),
            ),
        )

    async def _list(self, call: Call) -> Response:
        found = await self.list(*_where(call))
        return call.reply([each.name for each in found])

    async def _create(self, call: Call) -> Response:
        return call.reply(await self.create(*_where(call), await call.read(self.kind)), 201)

    async def _get(self, call: Call) -> Response:
        return call.reply(await self.get(*_where(call), call["name"]))

    async def _update(self, call: Call) -> Response:
        """Fields that the body leaves out stay as they are."""
        was = await self.get(*_where(call), call["name"])
        now = merged(was, await call.fields(self.kind))
        return call.reply(await self.update(*_where(call), now))

    async def _delete(self, call: Call) -> Response:
        return call.reply(await self.delete(*_where(call), call["name"]))


def _where(call: Call) -> tuple[Store, str, str]:
    return call.store, call.organization, call["environment"]
