"""The pieces of a revision: policies, endpoints, resource files. Clients upload bundles piece by piece."""

from collections.abc import Callable, Iterable

from starlette.responses import Response
from starlette.routing import Route

from gatewright.entities import Revision
from gatewright.management.call import Call, route
from gatewright.management.errors import Refused
from gatewright.management.resources.endpoint_shape import endpoint_json
from gatewright.management.resources.proxies import described
from gatewright.management.wire import BUNDLE_LIMIT, prefers_json, read_bytes
from gatewright.operations.pieces import (
    PieceKind,
    RevisionOf,
    create_piece,
    delete_piece,
    get_piece,
    update_piece,
)
from gatewright.operations.proxies import get_revision

XML = "application/xml"
RAW = "application/octet-stream"


def revision_of(call: Call) -> RevisionOf:
    return RevisionOf(call.organization, call["proxy"], call.revision)


class Pieces:
    """The routes of one kind of XML piece: `policies`, `proxies`, `targets`."""

    def __init__(self, kind: PieceKind, path: str, names: Callable[[Revision], Iterable[str]]) -> None:
        self._kind = kind
        self._path = path
        self._names = names

    def routes(self) -> list[Route]:
        collection = f"/organizations/{{organization}}/apis/{{proxy}}/revisions/{{revision}}/{self._path}"
        return [
            route(collection, GET=self.list_them, POST=self.create),
            route(
                f"{collection}/{{name}}", GET=self.get, POST=self.update, PUT=self.update, DELETE=self.delete
            ),
        ]

    async def list_them(self, call: Call) -> Response:
        revision = await get_revision(call.store, call.organization, call["proxy"], call.revision)
        return call.reply(list(self._names(revision)), root=self._path.capitalize())

    async def create(self, call: Call) -> Response:
        content = await read_bytes(call.request, BUNDLE_LIMIT)
        name = call.query("name") or None
        made = await create_piece(
            call.store, revision_of(call), self._kind, content, call.by, call.policies, name
        )
        return call.reply(described(made), 201)

    async def get(self, call: Call) -> Response:
        """The XML; for Accept JSON, what clients read of an endpoint's connection."""
        content = await get_piece(call.store, revision_of(call), self._kind, call["name"], call.policies)
        if self._kind is not PieceKind.POLICY and prefers_json(call.request):
            return call.reply(endpoint_json(content, call["name"], self._kind))
        return Response(content, media_type=XML)

    async def update(self, call: Call) -> Response:
        content = await read_bytes(call.request, BUNDLE_LIMIT)
        made = await update_piece(
            call.store, revision_of(call), self._kind, call["name"], content, call.by, call.policies
        )
        return call.reply(described(made))

    async def delete(self, call: Call) -> Response:
        made = await delete_piece(
            call.store, revision_of(call), self._kind, call["name"], call.by, call.policies
        )
        return call.reply(described(made))


async def list_resources(call: Call) -> Response:
    revision = await get_revision(call.store, call.organization, call["proxy"], call.revision)
    return call.reply(revision.resources, root="Resources")


async def list_resource_files(call: Call) -> Response:
    revision = await get_revision(call.store, call.organization, call["proxy"], call.revision)
    return call.reply(revision.resource_files)


async def create_resource(call: Call) -> Response:
    kind, name = call.query("type"), call.query("name")
    if not kind or not name:
        raise Refused(400, "management.MissingParameter", "the query parameters type and name are needed")
    content = await read_bytes(call.request, BUNDLE_LIMIT)
    made = await create_piece(
        call.store, revision_of(call), PieceKind.RESOURCE, content, call.by, call.policies, f"{kind}://{name}"
    )
    return call.reply(described(made), 201)


def resource_url(call: Call) -> str:
    """From `jsc/x.js` as well as from `jsc://x.js`."""
    kind, _, name = call["resource"].partition("/")
    return f"{kind.removesuffix(':')}://{name.lstrip('/')}"


async def get_resource(call: Call) -> Response:
    content = await get_piece(
        call.store, revision_of(call), PieceKind.RESOURCE, resource_url(call), call.policies
    )
    return Response(content, media_type=RAW)


async def update_resource(call: Call) -> Response:
    content = await read_bytes(call.request, BUNDLE_LIMIT)
    made = await update_piece(
        call.store,
        revision_of(call),
        PieceKind.RESOURCE,
        resource_url(call),
        content,
        call.by,
        call.policies,
    )
    return call.reply(described(made))


async def delete_resource(call: Call) -> Response:
    made = await delete_piece(
        call.store, revision_of(call), PieceKind.RESOURCE, resource_url(call), call.by, call.policies
    )
    return call.reply(described(made))


def _resource_routes() -> list[Route]:
    revision = "/organizations/{organization}/apis/{proxy}/revisions/{revision}"
    one = {"GET": get_resource, "POST": update_resource, "PUT": update_resource, "DELETE": delete_resource}
    return [
        route(f"{revision}/resources", GET=list_resources, POST=create_resource),
        route(f"{revision}/resourcefiles", GET=list_resource_files, POST=create_resource),
        route(f"{revision}/resources/{{resource:path}}", **one),
        route(f"{revision}/resourcefiles/{{resource:path}}", **one),
    ]


ROUTES = (
    *Pieces(PieceKind.POLICY, "policies", lambda revision: revision.policies).routes(),
    *Pieces(PieceKind.PROXY_ENDPOINT, "proxies", lambda revision: revision.proxies).routes(),
    *Pieces(PieceKind.TARGET_ENDPOINT, "targets", lambda revision: revision.targets).routes(),
    *_resource_routes(),
)
