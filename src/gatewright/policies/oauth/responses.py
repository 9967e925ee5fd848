"""The bodies that OAuth policies answer with: JSON, in Edge's shape or in that of RFC 6749."""

import json
from collections.abc import Mapping

from gatewright.engine.faults import REASONS
from gatewright.message import Headers, Response

_HEADERS = (
    (b"Content-Type", b"application/json"),
    # RFC 6749 §5.1: what holds a token must not be kept.
    (b"Cache-Control", b"no-store"),
    (b"Pragma", b"no-cache"),
)
_BASIC = 'Basic realm="OAuth"'


def token_response(fields: Mapping[str, object]) -> Response:
    """200 with a token's fields."""
    return _json(200, fields)


def edge_error(status: int, code: str, error: str) -> Response:
    """`{"ErrorCode":"invalid_request","Error":"Required param : grant_type"}`"""
    return _json(status, {"ErrorCode": code, "Error": error})


def rfc_error(status: int, code: str, description: str) -> Response:
    """`{"error":"invalid_client","error_description":"…"}`; a 401 says how to authenticate (§5.2)."""
    response = _json(status, {"error": code, "error_description": description})
    if status == 401:
        response.headers.set("WWW-Authenticate", _BASIC)
    return response


def _json(status: int, fields: Mapping[str, object]) -> Response:
    body = json.dumps(fields, separators=(",", ":"), ensure_ascii=False)
    reason = "OK" if status == 200 else REASONS.get(status, "")
    return Response(status, reason, Headers(_HEADERS), body.encode("utf-8", "replace"))
