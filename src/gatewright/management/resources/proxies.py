"""`/organizations/O/apis` and `/sharedflows`, and their revisions. `warnings` are about a bundle."""

import msgspec
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message

from gatewright.entities import Proxy, Revision
from gatewright.management.call import Call
from gatewright.management.errors import Finding, Refused, findings
from gatewright.management.resources.bundle_nouns import BUNDLE_NOUNS, BundleNoun
from gatewright.management.routes import BYTES, UPLOAD, ZIP, Method, Names, Parameter, Path, route
from gatewright.management.wire import BUNDLE_LIMIT, BadBody, read_bytes
from gatewright.operations.proxies import (
    Imported,
    create_proxy,
    delete_proxy,
    delete_revision,
    export_revision,
    get_proxy,
    get_revision,
    import_revision,
    list_proxies,
)
from gatewright.operations.revisions import overwrite_revision
from gatewright.operations.validate import validate_bundle


class NewProxy(msgspec.Struct, frozen=True):
    """The name of a proxy that begins empty."""

    name: str


class WrittenRevision(Revision, frozen=True, kw_only=True):
    """A revision whose bundle has just been written, and everything that was noticed in it."""

    warnings: tuple[Finding, ...] = ()


class Validated(msgspec.Struct, frozen=True):
    """A bundle that could be deployed."""

    name: str
    warnings: tuple[Finding, ...] = ()


async def list_them(call: Call) -> Response:
    return call.reply(await list_proxies(call.store, call.organization, call.kind))


async def create(call: Call) -> Response:
    """With `action=import` the body is the zip, alone or as the field `file` of a form; `action=validate`
    only checks it. Without an action the body names what to create, and revision 1 is empty.
    """
    action = call.query("action")
    if action == "import":
        return await _import(call)
    if action == "validate":
        return await _validate(call)
    if action:
        raise call.wrong_action("import", "validate")
    name = (await call.read(NewProxy)).name
    made = await create_proxy(call.store, call.organization, name, call.by, call.policies, call.kind)
    return call.reply(written(made), 201)


async def _import(call: Call) -> Response:
    data, name = await _upload(call)
    if call.is_set("validate"):
        await validate_bundle(data, call.organization, name, call.management.check, call.kind)
    made = await import_revision(call.store, call.organization, name, data, call.by, call.policies, call.kind)
    return call.reply(written(made), 201)


async def _validate(call: Call) -> Response:
    data, name = await _upload(call)
    found = await validate_bundle(data, call.organization, name, call.management.check, call.kind)
    return call.reply(Validated(name, findings(found)))


async def _upload(call: Call) -> tuple[bytes, str]:
    """The zip, and the name of what it is. Raises Refused, BadBody and BodyTooLarge."""
    name = call.query("name")
    if not name:
        raise Refused(400, "management.MissingParameter", "the query parameter name must name the bundle")
    return await _zip_of(call), name


async def _zip_of(call: Call) -> bytes:
    """The zip that a request uploads. Raises BadBody and BodyTooLarge."""
    data = await read_bytes(call.request, BUNDLE_LIMIT)
    if not call.request.headers.get("content-type", "").startswith(UPLOAD.media_type):
        return data

    async def receive() -> Message:
        return {"type": "http.request", "body": data, "more_body": False}

    # The form is read from what has been counted: Starlette's own reader puts files on disk without a limit.
    async with Request(call.request.scope, receive).form(max_files=1, max_fields=10) as form:
        file = form.get("file")
        if not isinstance(file, UploadFile):
            raise BadBody("file: the form must hold the bundle's zip in this field")
        return await file.read()


async def get(call: Call) -> Response:
    return call.reply(await get_proxy(call.store, call.organization, call.proxy, call.kind))


async def delete(call: Call) -> Response:
    return call.reply(await delete_proxy(call.store, call.organization, call.proxy, call.kind))


async def list_revisions(call: Call) -> Response:
    proxy = await get_proxy(call.store, call.organization, call.proxy, call.kind)
    return call.reply(proxy.revision)


async def get_one_revision(call: Call) -> Response:
    """What a revision holds, or its zip."""
    if call.query("format") == "bundle":
        data = await export_revision(call.store, call.organization, call.proxy, call.revision, call.kind)
        name = f"{call.proxy}_rev{call.revision}.zip"
        disposition = {"content-disposition": f'attachment; filename="{name}"'}
        return Response(data, media_type=ZIP.media_type, headers=disposition)
    return call.reply(await get_revision(call.store, call.organization, call.proxy, call.revision, call.kind))


async def overwrite(call: Call) -> Response:
    """Put another zip in a revision's place. Where it is deployed, the new one is served on return."""
    data = await _zip_of(call)
    if call.is_set("validate"):
        await validate_bundle(data, call.organization, call.proxy, call.management.check, call.kind)
    imported, _ = await overwrite_revision(
        call.store,
        call.organization,
        call.proxy,
        call.revision,
        data,
        call.by,
        call.policies,
        check=call.management.check,
        time_limit_s=call.management.time_limit_s,
        kind=call.kind,
    )
    return call.reply(written(imported))


async def delete_one_revision(call: Call) -> Response:
    """Delete a revision that is not deployed."""
    return call.reply(
        await delete_revision(call.store, call.organization, call.proxy, call.revision, call.kind)
    )


def written(imported: Imported) -> WrittenRevision:
    """The revision as Edge has it, and beside it all that was noticed, errors of an incomplete bundle too."""
    return WrittenRevision(
        **msgspec.structs.asdict(imported.revision), warnings=findings(imported.diagnostics)
    )


_VALIDATE = Parameter("validate", "`true` to take only what could be deployed.")
_IMPORT = (
    Parameter("action", "`import` or `validate`."),
    Parameter("name", "The name, with an action."),
    _VALIDATE,
)
_FORMAT = Parameter("format", "`bundle` for the zip.")
_OVERWRITE = Method(overwrite, {200: WrittenRevision}, body=(BYTES, UPLOAD), query=(_VALIDATE,))


def _routes(noun: BundleNoun) -> tuple[Path, ...]:
    listing = Method(list_them, {200: Names}, about=f"The names of the organization's {noun.many}")
    creating = Method(
        create,
        {201: WrittenRevision, 200: Validated},
        body=(BYTES, UPLOAD, NewProxy),
        query=_IMPORT,
        about=f"Import a bundle as a new revision, or create {noun.a} that is empty",
    )
    getting = Method(get, {200: Proxy}, about=f"The numbers of the revisions of {noun.a}, and its stamps")
    deleting = Method(
        delete, {200: Proxy}, about=f"Delete {noun.a} with all revisions, none of which may be deployed"
    )
    revisions = Method(list_revisions, {200: Names}, about=f"The numbers of the revisions of {noun.a}")
    return (
        route(noun.all, kind=noun.kind, GET=listing, POST=creating),
        route(noun.one, kind=noun.kind, GET=getting, DELETE=deleting),
        route(f"{noun.one}/revisions", kind=noun.kind, GET=revisions),
        route(
            noun.revision,
            kind=noun.kind,
            GET=Method(get_one_revision, {200: (Revision, ZIP)}, query=(_FORMAT,)),
            POST=_OVERWRITE,
            PUT=_OVERWRITE,
            DELETE=Method(delete_one_revision, {200: Revision}),
        ),
    )


ROUTES = {noun.kind: _routes(noun) for noun in BUNDLE_NOUNS}
"""By what they are of."""
