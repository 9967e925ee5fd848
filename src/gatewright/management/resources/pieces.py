"""The pieces of a revision: policies, endpoints, resource files. Clients upload bundles piece by piece."""

from collections.abc import Callable, Iterable

from starlette.responses import Response

from gatewright.entities import ResourceFiles, Revision
from gatewright.management.call import Call
from gatewright.management.errors import Refused
from gatewright.management.resources.endpoint_shape import Endpoint, endpoint_json
from gatewright.management.resources.proxies import WrittenRevision, written
from gatewright.management.routes import BYTES, XML, Method, Names, Parameter, Path, Shape, route
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


def _revision_of(call: Call) -> RevisionOf:
    return RevisionOf(call.organization, call["proxy"], call.revision)


async def _read_revision(call: Call) -> Revision:
    return await get_revision(call.store, call.organization, call["proxy"], call.revision)


class Pieces:
    """The routes of one kind of XML piece: `policies`, `proxies`, `targets`."""

    def __init__(
        self, kind: PieceKind, path: str, noun: str, names: Callable[[Revision], Iterable[str]]
    ) -> None:
        self._kind = kind
        self._path = path
        self._noun = noun
        self._names = names

    def routes(self) -> tuple[Path, ...]:
        collection = f"{REVISION}/{self._path}"
        noun = self._noun
        shown: tuple[Shape, ...] = (XML,) if self._kind is PieceKind.POLICY else (XML, Endpoint)
        update = Method(self.update, _WRITTEN, body=XML, about=f"Replace a {noun} of the revision")
        return (
            route(
                collection,
                GET=Method(self.list_them, {200: Names}, about=f"The names of the revision's {self._path}"),
                POST=Method(
                    self.create,
                    {201: WrittenRevision},
                    body=XML,
                    query=(Parameter("name", "Must agree with the name in the XML when it is given."),),
                    about=f"Add a {noun} to the revision",
                ),
            ),
            route(
                f"{collection}/{{name}}",
                GET=Method(self.get, {200: shown}, about=f"One {noun} of the revision"),
                POST=update,
                PUT=update,
                DELETE=Method(self.delete, _WRITTEN, about=f"Take a {noun} out of the revision"),
            ),
        )

    async def list_them(self, call: Call) -> Response:
        return call.reply(list(self._names(await _read_revision(call))))

    async def create(self, call: Call) -> Response:
        content = await read_bytes(call.request, BUNDLE_LIMIT)
        name = call.query("name") or None
        made = await create_piece(
            call.store, _revision_of(call), self._kind, content, call.by, call.policies, name
        )
        return call.reply(written(made), 201)

    async def get(self, call: Call) -> Response:
        content = await get_piece(call.store, _revision_of(call), self._kind, call["name"], call.policies)
        if self._kind is not PieceKind.POLICY and prefers_json(call.request):
            return call.reply(endpoint_json(content, call["name"], self._kind))
        return Response(content, media_type=XML.media_type)

    async def update(self, call: Call) -> Response:
        content = await read_bytes(call.request, BUNDLE_LIMIT)
        made = await update_piece(
            call.store, _revision_of(call), self._kind, call["name"], content, call.by, call.policies
        )
        return call.reply(written(made))

    async def delete(self, call: Call) -> Response:
        made = await delete_piece(
            call.store, _revision_of(call), self._kind, call["name"], call.by, call.policies
        )
        return call.reply(written(made))


async def list_resources(call: Call) -> Response:
    """The URLs of the revision's resource files, such as `jsc://x.js`."""
    return call.reply((await _read_revision(call)).resources)


async def list_resource_files(call: Call) -> Response:
    """The types and names of the revision's resource files."""
    return call.reply((await _read_revision(call)).resource_files)


async def create_resource(call: Call) -> Response:
    """Add a resource file to the revision."""
    kind, name = call.query("type"), call.query("name")
    if not kind or not name:
        raise Refused(400, "management.MissingParameter", "the query parameters type and name are needed")
    content = await read_bytes(call.request, BUNDLE_LIMIT)
    made = await create_piece(
        call.store,
        _revision_of(call),
        PieceKind.RESOURCE,
        content,
        call.by,
        call.policies,
        f"{kind}://{name}",
    )
    return call.reply(written(made), 201)


def _resource_url(call: Call) -> str:
    """From `jsc/x.js` as well as from `jsc://x.js`."""
    kind, _, name = call["resource"].partition("/")
    return f"{kind.removesuffix(':')}://{name.lstrip('/')}"


async def get_resource(call: Call) -> Response:
    """One resource file of the revision, named as `jsc/x.js` or `jsc://x.js`."""
    content = await get_piece(
        call.store, _revision_of(call), PieceKind.RESOURCE, _resource_url(call), call.policies
    )
    return Response(content, media_type=BYTES.media_type)


async def update_resource(call: Call) -> Response:
    """Replace a resource file of the revision."""
    content = await read_bytes(call.request, BUNDLE_LIMIT)
    made = await update_piece(
        call.store,
        _revision_of(call),
        PieceKind.RESOURCE,
        _resource_url(call),
        content,
        call.by,
        call.policies,
    )
    return call.reply(written(made))


async def delete_resource(call: Call) -> Response:
    """Take a resource file out of the revision."""
    made = await delete_piece(
        call.store, _revision_of(call), PieceKind.RESOURCE, _resource_url(call), call.by, call.policies
    )
    return call.reply(written(made))


REVISION = "/organizations/{organization}/apis/{proxy}/revisions/{revision}"
_WRITTEN: dict[int, Shape | tuple[Shape, ...]] = {200: WrittenRevision}


def _resource_routes() -> tuple[Path, ...]:
    create = Method(
        create_resource,
        {201: WrittenRevision},
        body=BYTES,
        query=(
            Parameter("type", "The resource's type: `jsc`, `xsl`…", is_required=True),
            Parameter("name", "The file's name.", is_required=True),
        ),
    )
    update = Method(update_resource, _WRITTEN, body=BYTES)
    one = {
        "GET": Method(get_resource, {200: BYTES}),
        "POST": update,
        "PUT": update,
        "DELETE": Method(delete_resource, _WRITTEN),
    }
    return (
        route(f"{REVISION}/resources", GET=Method(list_resources, {200: Names}), POST=create),
        route(
            f"{REVISION}/resourcefiles", GET=Method(list_resource_files, {200: ResourceFiles}), POST=create
        ),
        route(f"{REVISION}/resources/{{resource:path}}", **one),
        route(f"{REVISION}/resourcefiles/{{resource:path}}", **one),
    )


ROUTES = (
    *Pieces(PieceKind.POLICY, "policies", "policy", lambda revision: revision.policies).routes(),
    *Pieces(
        PieceKind.PROXY_ENDPOINT, "proxies", "proxy endpoint", lambda revision: revision.proxies
    ).routes(),
    *Pieces(
        PieceKind.TARGET_ENDPOINT, "targets", "target endpoint", lambda revision: revision.targets
    ).routes(),
    *_resource_routes(),
)
