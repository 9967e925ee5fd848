"""Bodies on the wire: JSON and XML in and out, in Edge's shapes.

Clients are lax: they send numbers and booleans as text and texts as numbers, JSON without its content type,
and XML where a script was written for it. What goes out is JSON unless the client asks for XML. Of a JSON
name that stands twice in one object the last counts, as RFC 8259 §4 lets a reader choose.
"""

from collections.abc import Mapping
from typing import Any, TypeAlias, TypeVar

import msgspec
from lxml import etree
from starlette.requests import Request
from starlette.responses import Response

from gatewright.management.shape import loosened
from gatewright.management.xml_shape import from_xml, to_xml
from gatewright.xml import XmlRefused, parse_message

Struct = TypeVar("Struct", bound=msgspec.Struct)
Fields: TypeAlias = Mapping[str, Any]
"""A body's fields by their wire names, as JSON has them."""

BODY_LIMIT = 1024 * 1024
BUNDLE_LIMIT = 16 * 1024 * 1024
"""Bytes. A bundle itself may have 15 MB; a form around it needs a little more."""

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class BadBody(Exception):
    """The request's body cannot be used; the text says which field and why."""


class BodyTooLarge(Exception):
    """The request's body is larger than such a request may have."""


async def read_bytes(request: Request, limit: int = BODY_LIMIT) -> bytes:
    """The whole body. Raises BodyTooLarge, without reading on, once it exceeds the limit."""
    declared = request.headers.get("content-length", "")
    if declared.isascii() and declared.isdigit() and int(declared) > limit:
        raise BodyTooLarge(f"the body has {declared} bytes; {limit} is the limit here")
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > limit:
            raise BodyTooLarge(f"the body is larger than {limit} bytes, the limit here")
        chunks.append(chunk)
    return b"".join(chunks)


async def read_fields(request: Request, kind: type[msgspec.Struct]) -> Fields:
    """The fields of that kind that the body gives; an empty body gives none. Raises BadBody, BodyTooLarge."""
    body = (await read_bytes(request)).removeprefix(_BYTE_ORDER_MARK).strip()
    if not body:
        return {}
    is_xml = "xml" in request.headers.get("content-type", "") or body.startswith(b"<")
    fields = _xml_fields(body, kind) if is_xml else loosened(_json(body), kind)
    if not isinstance(fields, dict):
        raise BadBody("the body must be a JSON object")
    return fields


def _json(body: bytes) -> Any:
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as problem:
        raise BadBody(f"the body is not valid JSON: {problem}") from None


def _xml_fields(body: bytes, kind: type[msgspec.Struct]) -> Any:
    try:
        return from_xml(parse_message(body), kind)
    except XmlRefused as refused:
        raise BadBody(f"the body is not valid XML: {refused}") from None


def as_struct(fields: Fields, kind: type[Struct]) -> Struct:
    """The fields as that type. Raises BadBody, naming the field."""
    try:
        return msgspec.convert(fields, kind, strict=False)
    except msgspec.ValidationError as problem:
        raise BadBody(str(problem)) from None


def reply(request: Request, body: object, status: int = 200) -> Response:
    """The body as the client wants it."""
    if prefers_xml(request):
        content = etree.tostring(to_xml(body), xml_declaration=True, encoding="UTF-8", standalone=True)
        return Response(content, status, media_type="application/xml")
    return Response(msgspec.json.encode(body), status, media_type="application/json")


def prefers_xml(request: Request) -> bool:
    """Whether Accept names an XML type before any JSON type or wildcard."""
    for choice in request.headers.get("accept", "").lower().split(","):
        media_type = choice.partition(";")[0].strip()
        if media_type in ("application/xml", "text/xml"):
            return True
        if media_type in ("application/json", "application/*", "*/*"):
            return False
    return False


def prefers_json(request: Request) -> bool:
    """Whether Accept names JSON: for what is XML by nature and has a JSON form as well."""
    return "json" in request.headers.get("accept", "").lower() and not prefers_xml(request)
