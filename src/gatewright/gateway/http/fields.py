"""The field block of a message head: read strictly, in one pass of a regular expression (RFC 9112 §5)."""

import re
from functools import lru_cache

from gatewright.gateway.http.refusal import Refused
from gatewright.message import Field

TOKEN = rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"

# A whole line each: right after a line feed, up to the next CR LF. The value admits no control byte but
# HTAB, so neither a bare CR or LF nor an obs-fold can hide in it (RFC 9112 §2.2, §5.2).
_FIELD = re.compile(rb"^(" + TOKEN + rb"):[ \t]*([\t\x20-\x7e\x80-\xff]*)\r\n", re.MULTILINE)

FRAMING = frozenset(
    {
        b"host",
        b"content-length",
        b"transfer-encoding",
        b"connection",
        b"expect",
        b"upgrade",
    }
)
"""Names whose fields decide where a message ends and what becomes of its connection."""

HOP_BY_HOP = frozenset(
    {
        b"connection",
        b"keep-alive",
        b"proxy-connection",
        b"te",
        b"trailer",
        b"transfer-encoding",
        b"upgrade",
        b"http2-settings",
    }
)
"""Names that speak of one connection and are never passed on (RFC 9110 §7.6.1)."""

_REPEATABLE = frozenset({b"connection", b"upgrade"})


def read_fields(head: bytes, start: int) -> list[Field]:
    """The fields from `start` to the end of `head`, which is the last one's CR LF. Raises Refused."""
    fields = _FIELD.findall(head, start)
    if len(fields) != head.count(b"\n", start):
        raise Refused("a header line is malformed")
    if b" \r\n" in head or b"\t\r\n" in head:
        return [(name, value.rstrip(b" \t")) for name, value in fields]
    return fields


def framing_fields(fields: list[Field]) -> dict[bytes, bytes]:
    """The values of the framing fields by lower-cased name. Raises Refused where one must not be repeated."""
    found: dict[bytes, bytes] = {}
    for name, value in fields:
        lower = name.lower()
        if lower in FRAMING:
            if lower in found:
                if lower not in _REPEATABLE:
                    raise Refused(f"the header {lower.decode('ascii')} is repeated")
                value = found[lower] + b"," + value
            found[lower] = value
    return found


@lru_cache(maxsize=1024)
def tokens_of(value: bytes) -> frozenset[bytes]:
    """The lower-cased members of a comma-separated list. Remembered: few values of Connection are in use."""
    return frozenset(part.strip(b" \t").lower() for part in value.split(b","))


def keeps_alive(connection: bytes | None, minor: int) -> bool:
    """Whether the sender means to go on using the connection (RFC 9112 §9.3)."""
    if connection is None:
        return minor == 1
    options = tokens_of(connection)
    return b"close" not in options and (minor == 1 or b"keep-alive" in options)
