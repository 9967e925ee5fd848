"""The routes of records that have a name in an environment: virtual hosts and target servers alike."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from starlette.responses import Response
from starlette.routing import Route

from gatewright.entities import TargetServer, VirtualHost
from gatewright.management.call import Call, route
from gatewright.management.wire import as_struct, merged
from gatewright.store import Store

E = TypeVar("E", TargetServer, VirtualHost)


@dataclass(frozen=True, slots=True)
class Named(Generic[E]):
    """One kind of record, and the operations on it: store, organization and environment come first."""

    kind: type[E]
    path: str
    root: str
    """XML root element of the list."""
    list: Callable[[Store, str, str], Awaitable[tuple[E, ...]]]
    get: Callable[[Store, str, str, str], Awaitable[E]]
    create: Callable[[Store, str, str, E], Awaitable[E]]
    update: Callable[[Store, str, str, E], Awaitable[E]]
    delete: Callable[[Store, str, str, str], Awaitable[E]]

    def routes(self) -> tuple[Route, ...]:
        collection = f"/organizations/{{organization}}/environments/{{environment}}/{self.path}"
        return (
            route(collection, GET=self._list, POST=self._create),
            route(
                f"{collection}/{{name}}",
                GET=self._get,
                POST=self._update,
                PUT=self._update,
                DELETE=self._delete,
            ),
        )

    async def _list(self, call: Call) -> Response:
        found = await self.list(*_where(call))
        return call.reply([each.name for each in found], root=self.root)

    async def _create(self, call: Call) -> Response:
        return call.reply(await self.create(*_where(call), as_struct(await call.fields(), self.kind)), 201)

    async def _get(self, call: Call) -> Response:
        return call.reply(await self.get(*_where(call), call["name"]))

    async def _update(self, call: Call) -> Response:
        """Fields that the body leaves out stay as they are."""
        was = await self.get(*_where(call), call["name"])
        now = merged(was, {**await call.fields(), "name": was.name})
        return call.reply(await self.update(*_where(call), now))

    async def _delete(self, call: Call) -> Response:
        return call.reply(await self.delete(*_where(call), call["name"]))


def _where(call: Call) -> tuple[Store, str, str]:
    return call.store, call.organization, call["environment"]
