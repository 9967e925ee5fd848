"""The head of a target's answer: status line and framing, read as strictly as a request's (RFC 9112 §4)."""

import re
from dataclasses import dataclass

from gatewright.gateway.http.fields import framing_fields, keeps_alive, read_fields
from gatewright.gateway.http.framing import CHUNKED, UNTIL_CLOSE, body_length
from gatewright.gateway.http.limits import Limits
from gatewright.gateway.http.refusal import Refused
from gatewright.gateway.http.unread import PLAIN_LINES, FieldBlock, UnreadFields, has_padding
from gatewright.message import Field, Headers

# RFC 9112 §4 wants the space even before an empty reason; leaving it out is common and unambiguous.
_LINE = re.compile(rb"HTTP/1\.([01]) ([1-9][0-9][0-9])(?: ([\t\x20-\x7e\x80-\xff]*))?\r\n")
# What most answers look like: HTTP/1.1, one framing, fields that mean nothing to the connection.
_PLAIN = re.compile(
    rb"HTTP/1\.1 ([2-5][0-9][0-9]) ([\t\x20-\x7e\x80-\xff]*)\r\n"
    + PLAIN_LINES
    + rb"(?:Content-Length: ([0-9]{1,18})|Transfer-Encoding: chunked)\r\n"
    + PLAIN_LINES
    + rb"(?:Connection: keep-alive\r\n(?:Keep-Alive: [\x20-\x7e]*\r\n)?"
    + PLAIN_LINES
    + rb")?"
)
_LINE_START = b"HTTP/1."


@dataclass(frozen=True, slots=True)
class ResponseHead:
    """What an answer's head says. The same head may begin many answers."""

    status: int
    reason: str
    minor: int
    fields: FieldBlock | tuple[Field, ...]
    length: int
    """Bytes of body to come, framing.CHUNKED or framing.UNTIL_CLOSE."""
    keeps_alive: bool

    def new_headers(self) -> Headers:
        """The fields for one answer to have and to change."""
        fields = self.fields
        return UnreadFields(fields) if isinstance(fields, FieldBlock) else Headers(fields)


def read_response_head(head: bytes, verb: str, limits: Limits) -> ResponseHead:
    """Read an answer to a request of that verb; `head` ends with its last CR LF. Raises Refused."""
    return read_plain_head(head, verb, limits) or read_any_head(head, verb, limits)


def read_plain_head(head: bytes, verb: str, limits: Limits) -> ResponseHead | None:
    """The short way, for heads that leave no question open; None for any other."""
    match = _PLAIN.fullmatch(head)
    if match is None or verb == "HEAD" or len(head) > limits.response_fields or has_padding(head):
        return None
    code, reason, before, length, between, after = match.groups()
    status = int(code)
    if status in (204, 304):
        return None
    fields = FieldBlock(head[match.start(3) - 1 :], before + between + (after or b""))
    size = CHUNKED if length is None else int(length)
    return ResponseHead(status, reason.decode("latin-1"), 1, fields, size, True)


def read_any_head(head: bytes, verb: str, limits: Limits) -> ResponseHead:
    """The long way, which knows every rule. Raises Refused."""
    line = _LINE.match(head)
    if line is None:
        raise Refused("the status line is malformed, or not of HTTP/1.0 or HTTP/1.1")
    start = line.end()
    if len(head) - start > limits.response_fields:
        raise Refused("the header fields are too big")
    digit, code, reason = line.groups()
    status = int(code)
    if status == 101:
        raise Refused("the protocol was switched without having been asked for")
    fields = read_fields(head, start)
    framing = framing_fields(fields)
    minor = 1 if digit == b"1" else 0
    length = body_length(framing, minor)
    is_odd = status == 204 and length not in (None, 0)  # a body may follow that must not be there
    if verb == "HEAD" or status < 200 or status in (204, 304):
        length = 0
    elif length is None:
        length = UNTIL_CLOSE
    is_kept = length != UNTIL_CLOSE and not is_odd and keeps_alive(framing.get(b"connection"), minor)
    return ResponseHead(
        status, reason.decode("latin-1") if reason else "", minor, tuple(fields), length, is_kept
    )


def check_unfinished_head(data: bytes, new_from: int, limits: Limits) -> None:
    """Refuse an answer as soon as what has arrived of it cannot become one. Raises Refused."""
    if not data.startswith(_LINE_START[: len(data)]):
        raise Refused("the answer is not HTTP/1.0 or HTTP/1.1")
    if data.count(b"\n", new_from) != data.count(b"\r\n", max(new_from - 1, 0)):
        raise Refused("a line does not end with CR LF")
    if len(data) > limits.response_fields:
        raise Refused("the header fields are too big")
