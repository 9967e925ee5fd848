"""The field block of a message head, taken apart by llhttp as httptools offers it (RFC 9112 §5)."""

from functools import lru_cache

from httptools import HttpParserError, HttpParserUpgrade, HttpRequestParser

from gatewright.gateway.http.refusal import Refused
from gatewright.message import Field

TOKEN = rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"

_ANY_REQUEST_LINE = b"GET / HTTP/1.1\r\n"
"""The parser wants one; what a message's own first line says is read by whoever knows its kind."""

_NAMED = {
    "Duplicate Content-Length": "the header content-length is repeated",
    "Content-Length overflow": "Content-Length is not a decimal number",
    "Invalid character in Content-Length": "Content-Length is not a decimal number",
    "Empty Content-Length": "Content-Length is not a decimal number",
    "Transfer-Encoding can't be present with Content-Length": (
        "both Content-Length and Transfer-Encoding are given"
    ),
    "Content-Length can't be present with Transfer-Encoding": (
        "both Content-Length and Transfer-Encoding are given"
    ),
    "Request has invalid `Transfer-Encoding`": "the only Transfer-Encoding understood is a single chunked",
}
"""What the parser refuses beyond malformed lines, in the words that framing.py has for it."""

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


class _Collector:
    """What the parser calls with each field."""

    __slots__ = ("fields",)

    def __init__(self) -> None:
        self.fields: list[Field] = []

    def on_header(self, name: bytes, value: bytes) -> None:
        self.fields.append((name, value))


def read_fields(head: bytes, start: int) -> list[Field]:
    """The fields from `start` to the end of `head`, which is the last one's CR LF. Raises Refused.

    A parser lives for one head, whose end is known before it is read. It refuses by itself whatever is no
    field (RFC 9112 §5): obs-folds, white space before a colon, bare CR or LF, control bytes.
    """
    lines = head[start:]
    collector = _Collector()
    try:
        HttpRequestParser(collector).feed_data(_ANY_REQUEST_LINE + lines + b"\r\n")
    except HttpParserUpgrade:
        pass  # the fields are all here; whether to switch is not the parser's to say
    except HttpParserError as problem:
        raise Refused(_NAMED.get(str(problem), "a header line is malformed")) from None
    fields = collector.fields
    if len(fields) != lines.count(b"\n"):
        raise Refused("a header line is malformed")
    if b" \r\n" in lines or b"\t\r\n" in lines:
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
