"""Message heads as they go out: framing is ours, hop-by-hop fields never pass (RFC 9110 §7.6, RFC 9112 §6).

Whatever a policy wrote, no head written here can hold a stray CR, LF or NUL: field names and values were
checked when they were set, and the rest is checked here.
"""

import re
from collections.abc import Iterable
from urllib.parse import quote

from gatewright.gateway.http.fields import HOP_BY_HOP, tokens_of
from gatewright.gateway.http.framing import CHUNKED
from gatewright.gateway.http.unread import UnreadFields
from gatewright.message import Field, Headers, Request, Response

_CLEAN_URI = re.compile(r"/[\x21\x22\x24-\x7e]*")
_CLEAN_REASON = re.compile(r"[\t\x20-\x7e\x80-\xff]*")
_CLEAN_VERB = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_VISIBLE = "".join(map(chr, range(0x21, 0x7F)))

_NOT_TO_TARGETS = HOP_BY_HOP | {b"host", b"content-length", b"expect"}
_NOT_TO_CLIENTS = HOP_BY_HOP | {b"content-length"}

_STATUS_LINES = {
    (status, reason): f"HTTP/1.1 {status} {reason}\r\n".encode("ascii")
    for status, reason in ((200, "OK"), (201, "Created"), (204, "No Content"), (304, "Not Modified"))
}

_PLAIN_OPTIONS = frozenset({b"close", b"keep-alive", b""})

NONE = -3
"""For a head that says nothing about a body: a request without one, an answer that cannot have one."""

CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
CLOSE = b"Connection: close\r\n"
KEEP_ALIVE = b"Connection: keep-alive\r\n"
LAST_CHUNK = b"0\r\n\r\n"


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


def request_head(request: Request, host: str, length: int) -> bytes:
    """The head of a request to a target. `length`: bytes of body, CHUNKED or NONE."""
    verb, uri = request.verb, request.uri
    if not _CLEAN_URI.fullmatch(uri):
        uri = _encoded(uri)
    if not _CLEAN_VERB.fullmatch(verb):
        verb = "GET"
    line = f"{verb} {uri} HTTP/1.1\r\nHost: {host}\r\n".encode("latin-1")
    headers = request.headers
    if type(headers) is UnreadFields and headers.relayed is not None:
        line += headers.relayed + headers.tail
    else:
        line += _lines(headers, _NOT_TO_TARGETS)
    return line + (b"\r\n" if length == NONE else _framing_lines(length))


def response_head(response: Response, length: int, lines: bytes = b"") -> bytes:
    """The head of an answer to a client. `length` as above or UNTIL_CLOSE; `lines`: whole lines to add."""
    line = _STATUS_LINES.get((response.status, response.reason)) or _status_line(response)
    headers = response.headers
    if type(headers) is UnreadFields and headers.relayed is not None:
        line += headers.relayed + headers.tail
    else:
        line += _lines(headers, _NOT_TO_CLIENTS)
    return line + lines + (_framing_lines(length) if length < 0 else b"Content-Length: %d\r\n\r\n" % length)


def _lines(headers: Headers, dropped: frozenset[bytes]) -> bytes:
    lines: list[bytes] = []
    connection = b""
    for field in headers:
        lower = field[0].lower()
        if lower not in dropped:
            lines.append(b"%b: %b\r\n" % field)
        elif lower == b"connection":
            connection += field[1] + b","
    nominated = tokens_of(connection) - _PLAIN_OPTIONS if connection else None
    if nominated:  # RFC 9110 §7.6.1
        return _lines_without(headers, dropped | nominated)
    return b"".join(lines)


def _lines_without(fields: Iterable[Field], dropped: frozenset[bytes]) -> bytes:
    return b"".join([b"%b: %b\r\n" % field for field in fields if field[0].lower() not in dropped])


def _framing_lines(length: int) -> bytes:
    if length >= 0:
        return b"Content-Length: %d\r\n\r\n" % length
    if length == CHUNKED:
        return b"Transfer-Encoding: chunked\r\n\r\n"
    return b"\r\n"


def _status_line(response: Response) -> bytes:
    """A status no client could read becomes 500; a reason that does not fit on a line is left out."""
    status = response.status if 200 <= response.status <= 999 else 500
    reason = response.reason if _CLEAN_REASON.fullmatch(response.reason) else ""
    return f"HTTP/1.1 {status} {reason}\r\n".encode("latin-1")


def _encoded(uri: str) -> str:
    """The path and query with whatever may not stand in a request line percent-encoded (RFC 9112 §3.2)."""
    encoded = quote(uri, safe=_VISIBLE.replace("#", ""))
    return encoded if encoded.startswith("/") else "/" + encoded
