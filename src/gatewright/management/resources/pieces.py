"""The pieces of a revision: policies, endpoints, resource files. Clients upload bundles piece by piece."""

from collections.abc import Callable, Iterable, Mapping

from starlette.responses import Response

from gatewright.entities import BundleKind, ResourceFiles, Revision
from gatewright.management.call import Call
from gatewright.management.errors import Refused
from gatewright.management.resources.bundle_nouns import API_PROXIES, SHARED_FLOWS, BundleNoun
from gatewright.management.resources.endpoint_shape import Endpoint, SharedFlowBean, endpoint_json
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
    return RevisionOf(call.organization, call.proxy, call.revision, call.kind)


async def _read_revision(call: Call) -> Revision:
    return await get_revision(call.store, call.organization, call.proxy, call.revision, call.kind)


_BEANS: Mapping[PieceKind, tuple[Shape, ...]] = {
    PieceKind.PROXY_ENDPOINT: (Endpoint,),
    PieceKind.TARGET_ENDPOINT: (Endpoint,),
    PieceKind.SHARED_FLOW: (SharedFlowBean,),
}
"""The pieces that are shown as JSON where the client asks for it."""


class Pieces:
    """The routes of one kind of XML piece: `policies`, `proxies`, `targets`, `sharedflows`."""

    def __init__(
        self,
        of: BundleNoun,
        kind: PieceKind,
        path: str,
        noun: str,
        names: Callable[[Revision], Iterable[str]],
    ) -> None:
        self._of = of
        self._kind = kind
        self._path = path
        self._noun = noun
        self._names = names

    def routes(self) -> tuple[Path, ...]:
        collection = f"{self._of.revision}/{self._path}"
        noun = self._noun
        shown = (XML, *_BEANS.get(self._kind, ()))
        update = Method(self.update, _WRITTEN, body=XML, about=f"Replace a {noun} of the revision")
        return (
            route(
                collection,
                kind=self._of.kind,
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
                kind=self._of.kind,
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
        if self._kind in _BEANS and prefers_json(call.request):
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


_WRITTEN: dict[int, Shape | tuple[Shape, ...]] = {200: WrittenRevision}


def _resource_routes(of: BundleNoun) -> tuple[Path, ...]:
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
    urls = Method(list_resources, {200: Names})
    files = Method(list_resource_files, {200: ResourceFiles})
    one = {
        "GET": Method(get_resource, {200: BYTES}),
        "POST": update,
        "PUT": update,
        "DELETE": Method(delete_resource, _WRITTEN),
    }
    return (
        route(f"{of.revision}/resources", kind=of.kind, GET=urls, POST=create),
        route(f"{of.revision}/resourcefiles", kind=of.kind, GET=files, POST=create),
        route(f"{of.revision}/resources/{{resource:path}}", kind=of.kind, **one),
        route(f"{of.revision}/resourcefiles/{{resource:path}}", kind=of.kind, **one),
    )


def _policies(of: BundleNoun) -> Pieces:
    return Pieces(of, PieceKind.POLICY, "policies", "policy", lambda revision: revision.policies)


ROUTES: Mapping[BundleKind, tuple[Path, ...]] = {
    "apiproxy": (
        *_policies(API_PROXIES).routes(),
        *Pieces(
            API_PROXIES,
            PieceKind.PROXY_ENDPOINT,
            "proxies",
            "proxy endpoint",
            lambda revision: revision.proxies,
        ).routes(),
        *Pieces(
            API_PROXIES,
            PieceKind.TARGET_ENDPOINT,
            "targets",
            "target endpoint",
            lambda revision: revision.targets,
        ).routes(),
        *_resource_routes(API_PROXIES),
    ),
    "sharedflow": (
        *_policies(SHARED_FLOWS).routes(),
        *Pieces(
            SHARED_FLOWS,
            PieceKind.SHARED_FLOW,
            "sharedflows",
            "shared flow",
            lambda revision: revision.shared_flows or (),
        ).routes(),
        *_resource_routes(SHARED_FLOWS),
    ),
}
"""By what the revisions are of."""
