"""The head of a request: from bytes to what the gateway goes by, or a refusal (RFC 9112 §3)."""

import re
from dataclasses import dataclass
from functools import lru_cache

from gatewright.gateway.http.fields import TOKEN, framing_fields, keeps_alive, read_fields
from gatewright.gateway.http.framing import body_length
from gatewright.gateway.http.limits import Limits
from gatewright.gateway.http.refusal import (
    Refused,
    fields_too_big,
    too_many_fields,
    unknown_verb,
    uri_too_long,
)
from gatewright.gateway.http.unread import PLAIN_LINES, FieldBlock, UnreadFields, has_padding
from gatewright.message import Field, Headers

_LINE = re.compile(rb"(" + TOKEN + rb") ([\x21\x22\x24-\x7e]+) HTTP/1\.([01])\r\n")
# What most requests look like: a path, HTTP/1.1, Host and fields that mean nothing to the connection.
_PLAIN_LINE = re.compile(rb"([A-Z]+) (/[\x21\x22\x24-\x7e]*) HTTP/1\.1\r\n")
_PLAIN_FIELDS = re.compile(
    rb"\n"
    + PLAIN_LINES
    + rb"Host: [A-Za-z0-9.\-]+(?::[0-9]{1,5})?\r\n"
    + PLAIN_LINES
    + rb"(?:Connection: [Kk]eep-[Aa]live\r\n"
    + PLAIN_LINES
    + rb")?"
)
_PLAIN_LIMIT = 4096
_REMEMBERED_LIMIT = 256
_LINE_START = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]")
_ABSOLUTE = re.compile(rb"https?://([^/?]*)(.*)", re.IGNORECASE)
# A registered name or IPv4 address, or an IPv6 literal, and a port (RFC 3986 §3.2.2, no user information).
_HOST = re.compile(
    rb"(?:(?:[A-Za-z0-9\-._~!$&'()*+,;=]|%[0-9A-Fa-f]{2})+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{0,5})?"
)

VERBS = {
    verb.encode("ascii"): verb
    for verb in ("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE")
}
"""CONNECT is not among them: this is no forward proxy."""


@dataclass(frozen=True, slots=True)
class RequestHead:
    """What a request's head says, but for its fields. `uri` is in origin form, or `*`."""

    verb: str
    uri: str
    minor: int
    length: int
    """Bytes of body, or framing.CHUNKED."""
    keeps_alive: bool
    expects_continue: bool


def read_request_head(
    head: bytes, limits: Limits, known: FieldBlock | None = None
) -> tuple[RequestHead, Headers]:
    """Read a head that ends with its last CR LF, the empty line left off. Raises Refused.

    `known` are the fields of the connection's last request: the same bytes need not be looked at twice.
    """
    if len(head) < _PLAIN_LIMIT:
        plain = read_plain_head(head, limits, known)
        if plain is not None:
            return plain
    return read_any_head(head, limits)


def read_plain_head(
    head: bytes, limits: Limits, known: FieldBlock | None = None
) -> tuple[RequestHead, Headers] | None:
    """The short way, for heads that leave no question open; None for any other."""
    end = head.find(b"\n")
    lines = head[end:]
    if known is None or known.lines != lines:
        known = _plain_fields(lines, limits)
        if known is None:
            return None
    read_line = _remembered_line if end < _REMEMBERED_LIMIT else _plain_line
    plain = read_line(head[: end + 1])
    if plain is None or len(plain.uri) > limits.request_uri:
        return None
    return plain, UnreadFields(known)


def _plain_fields(lines: bytes, limits: Limits) -> FieldBlock | None:
    match = _PLAIN_FIELDS.fullmatch(lines)
    if match is None or not lines.isascii() or has_padding(lines) or lines.count(b"\n") > limits.field_count:
        return None
    return FieldBlock(lines, b"".join(match.groups(b"")))


def _plain_line(line: bytes) -> RequestHead | None:
    match = _PLAIN_LINE.fullmatch(line)
    verb = None if match is None else VERBS.get(match[1])
    if match is None or verb is None:
        return None
    return RequestHead(verb, match[2].decode("ascii"), 1, 0, True, False)


_remembered_line = lru_cache(maxsize=1024)(_plain_line)
"""Clients ask for few things most of the time."""


def read_any_head(head: bytes, limits: Limits) -> tuple[RequestHead, Headers]:
    """The long way, which knows every rule. Raises Refused."""
    line = _LINE.match(head)
    if line is None:
        raise _refused_line(head, limits)
    start = line.end()
    verb, target, digit = line.groups()
    _check_sizes(head, start, target, limits)
    known = VERBS.get(verb)
    if known is None:
        raise unknown_verb()
    fields = read_fields(head, start)
    framing = framing_fields(fields)
    minor = 1 if digit == b"1" else 0
    host = _host_of(framing, minor)
    if target[0] != 47:  # "/"
        target = _origin_form(known, target, host)
    if b"x-apigee-" in head.lower():
        fields = _without_platform_fields(fields)
    uri = target.decode("ascii")
    said = RequestHead(
        verb=known,
        uri=uri,
        minor=minor,
        length=body_length(framing, minor) or 0,
        keeps_alive=keeps_alive(framing.get(b"connection"), minor),
        expects_continue=_expects_continue(framing, minor),
    )
    return said, Headers(fields)


def check_unfinished_head(data: bytes, new_from: int, limits: Limits) -> None:
    """Refuse a head as soon as what has arrived of it cannot become one. `new_from`: where it was checked to.

    Raises Refused.
    """
    if not _LINE_START.match(data):
        raise Refused("the request does not begin with a method")
    if data.count(b"\n", new_from) != data.count(b"\r\n", max(new_from - 1, 0)):
        raise Refused("a line does not end with CR LF")
    line_end = data.find(b"\r\n", 0, limits.request_line + 2)
    if line_end < 0:
        if len(data) > limits.request_line:
            raise uri_too_long(limits.request_line)
    elif len(data) - line_end > limits.request_fields + 2:
        raise fields_too_big(limits.request_fields)


def _check_sizes(head: bytes, start: int, target: bytes, limits: Limits) -> None:
    if len(target) > limits.request_uri:
        raise uri_too_long(limits.request_uri)
    if len(head) - start > limits.request_fields:
        raise fields_too_big(limits.request_fields)
    if head.count(b"\n", start) > limits.field_count:
        raise too_many_fields(limits.field_count)
    if not head.isascii():
        raise Refused("a header holds bytes outside ASCII")


def _refused_line(head: bytes, limits: Limits) -> Refused:
    if head.find(b"\r\n") > limits.request_line:
        return uri_too_long(limits.request_line)
    return Refused("the request line is malformed, or not of HTTP/1.0 or HTTP/1.1")


def _host_of(framing: dict[bytes, bytes], minor: int) -> bytes | None:
    host = framing.get(b"host")
    if host is None:
        if minor == 1:
            raise Refused("the Host header is missing")
        return None
    if not _is_host(host):
        raise Refused("the Host header is not a host name with an optional port")
    return host


@lru_cache(maxsize=1024)
def _is_host(text: bytes) -> bool:
    """Remembered: a gateway is called by few names."""
    return _HOST.fullmatch(text) is not None


def _origin_form(verb: str, target: bytes, host: bytes | None) -> bytes:
    """Turn absolute form into origin form, where it agrees with Host (RFC 9112 §3.2.2)."""
    if target == b"*" and verb == "OPTIONS":
        return target
    absolute = _ABSOLUTE.fullmatch(target)
    if absolute is None:
        raise Refused("the request target is neither a path nor an http URL")
    authority, rest = absolute.groups()
    if not _is_host(authority) or (host is not None and authority.lower() != host.lower()):
        raise Refused("the request target and the Host header name different hosts")
    return rest if rest.startswith(b"/") else b"/" + rest


def _expects_continue(framing: dict[bytes, bytes], minor: int) -> bool:
    expected = framing.get(b"expect")
    if expected is None or minor == 0:  # RFC 9110 §10.1.1: ignored in HTTP/1.0
        return False
    if expected.lower() != b"100-continue":
        raise Refused("the only expectation understood is 100-continue", 417)
    return True


def _without_platform_fields(fields: list[Field]) -> list[Field]:
    """Clients may not send what Edge itself says to targets and proxies."""
    return [field for field in fields if not field[0].lower().startswith(b"x-apigee-")]
