"""`/organizations/O/apis` and their revisions. Warnings about an imported bundle stand in `warnings`."""

from collections.abc import Iterable

import msgspec
from starlette.datastructures import UploadFile
from starlette.responses import Response

from gatewright.bundle.diagnostics import Diagnostic
from gatewright.management.call import Call, route
from gatewright.management.errors import Refused, findings
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

ZIP = "application/zip"
_FORM = "multipart/form-data"


async def list_them(call: Call) -> Response:
    return call.reply(await list_proxies(call.store, call.organization), root="APIProxies")


async def create(call: Call) -> Response:
    """`?action=import` takes a zip; without an action the body names an empty proxy."""
    action = call.query("action")
    if action == "import":
        return await _import(call)
    if action == "validate":
        return await _validate(call)
    if action:
        raise call.wrong_action("import", "validate")
    name = (await call.fields()).get("name")
    if not isinstance(name, str):
        raise BadBody("name: the body must name the proxy, or the action be import")
    made = await create_proxy(call.store, call.organization, name, call.by, call.policies)
    return call.reply(described(made), 201)


async def _import(call: Call) -> Response:
    data, name = await _upload(call)
    if call.is_set("validate"):
        await validate_bundle(data, call.organization, name, call.management.check)
    made = await import_revision(call.store, call.organization, name, data, call.by, call.policies)
    return call.reply(described(made), 201)


async def _validate(call: Call) -> Response:
    data, name = await _upload(call)
    found = await validate_bundle(data, call.organization, name, call.management.check)
    return call.reply({"name": name, "warnings": warnings(found)})


async def _upload(call: Call) -> tuple[bytes, str]:
    """The zip, from the body or the form field `file`, and the name of the proxy. Raises Refused."""
    name = call.query("name")
    if not name:
        raise Refused(400, "management.MissingParameter", "the query parameter name must name the proxy")
    return await zip_of(call), name


async def zip_of(call: Call) -> bytes:
    """The zip that a request uploads. Raises BadBody and BodyTooLarge."""
    if not call.request.headers.get("content-type", "").startswith(_FORM):
        return await read_bytes(call.request, BUNDLE_LIMIT)
    async with call.request.form(max_files=1, max_fields=10, max_part_size=BUNDLE_LIMIT) as form:
        file = form.get("file")
        if not isinstance(file, UploadFile):
            raise BadBody("file: the form must hold the bundle's zip in this field")
        return await file.read()


async def get(call: Call) -> Response:
    return call.reply(await get_proxy(call.store, call.organization, call["proxy"]))


async def delete(call: Call) -> Response:
    return call.reply(await delete_proxy(call.store, call.organization, call["proxy"]))


async def list_revisions(call: Call) -> Response:
    proxy = await get_proxy(call.store, call.organization, call["proxy"])
    return call.reply(proxy.revision, root="Revisions")


async def get_one_revision(call: Call) -> Response:
    """`?format=bundle` gives the zip."""
    if call.query("format") == "bundle":
        data = await export_revision(call.store, call.organization, call["proxy"], call.revision)
        name = f"{call['proxy']}_rev{call.revision}.zip"
        return Response(
            data, media_type=ZIP, headers={"content-disposition": f'attachment; filename="{name}"'}
        )
    return call.reply(await get_revision(call.store, call.organization, call["proxy"], call.revision))


async def overwrite(call: Call) -> Response:
    """A zip in the revision's place; where it is deployed the new one is served on return."""
    imported, _ = await overwrite_revision(
        call.store,
        call.organization,
        call["proxy"],
        call.revision,
        await zip_of(call),
        call.by,
        call.policies,
        check=call.management.check,
    )
    return call.reply(described(imported))


async def delete_one_revision(call: Call) -> Response:
    return call.reply(await delete_revision(call.store, call.organization, call["proxy"], call.revision))


def described(imported: Imported) -> dict[str, object]:
    """The revision as Edge has it, and our warnings beside it."""
    found: dict[str, object] = msgspec.to_builtins(imported.revision)
    return {**found, "warnings": warnings(imported.diagnostics)}


def warnings(diagnostics: Iterable[Diagnostic]) -> list[object]:
    """All that was noticed, errors of a bundle that is still incomplete among it."""
    return [msgspec.to_builtins(each) for each in findings(diagnostics)]


ROUTES = (
    route("/organizations/{organization}/apis", GET=list_them, POST=create),
    route("/organizations/{organization}/apis/{proxy}", GET=get, DELETE=delete),
    route("/organizations/{organization}/apis/{proxy}/revisions", GET=list_revisions),
    route(
        "/organizations/{organization}/apis/{proxy}/revisions/{revision}",
        GET=get_one_revision,
        POST=overwrite,
        PUT=overwrite,
        DELETE=delete_one_revision,
    ),
)
