"""The `Date` field of answers (RFC 9110 §6.6.1), written once a second at most."""

from collections.abc import Callable
from email.utils import formatdate

from gatewright.gateway.http.unread import UnreadFields
from gatewright.message import Headers


class Dates:
    """One per worker. Mutable: remembers the line of this second."""

    __slots__ = ("_line", "_now_ms", "_second")

    def __init__(self, now_ms: Callable[[], int]) -> None:
        """`now_ms`: milliseconds since 1970."""
        self._now_ms = now_ms
        self._second = -1
        self._line = b""

    def line_for(self, headers: Headers) -> bytes:
        """The field as a line, nothing where the answer has one. A target's answer gets it too (§6.6.1)."""
        if type(headers) is UnreadFields and headers.relayed is not None and headers.block.has_date:
            return b""  # most targets' answers
        if headers.raw(b"date") is not None:
            return b""
        second = self._now_ms() // 1000
        if second != self._second:
            self._second = second
            self._line = f"Date: {formatdate(second, usegmt=True)}\r\n".encode("ascii")
        return self._line
