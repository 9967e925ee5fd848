"""Taking the body of a message off a byte stream, by its framing (RFC 9112 §6, §7.1)."""

import re
from typing import Protocol

from gatewright.gateway.http.fields import FRAMING, TOKEN, read_fields
from gatewright.gateway.http.framing import CHUNKED, UNTIL_CLOSE
from gatewright.gateway.http.refusal import Refused

# A size and its extensions (RFC 9112 §7.1.1) without the white space that the grammar there calls bad.
_SIZE = re.compile(rb"([0-9A-Fa-f]{1,12})(?:;" + TOKEN + rb"(?:=(?:" + TOKEN + rb'|"[\t !#-~]*"))?)*')
_SIZE_LINE_LIMIT = 256
_TRAILERS_LIMIT = 8 * 1024


class BodyDecoder(Protocol):
    """Takes bytes as they arrive. `complete` turns true with the body's last byte."""

    complete: bool

    def feed(self, data: bytes) -> tuple[bytes, bytes]:
        """The payload in `data` and what follows the body, which is empty until it is complete.

        Raises Refused.
        """
        ...


class FixedDecoder:
    """A body of known length."""

    __slots__ = ("_left", "complete")

    def __init__(self, length: int) -> None:
        self._left = length
        self.complete = length == 0

    def feed(self, data: bytes) -> tuple[bytes, bytes]:
        left = self._left - len(data)
        if left > 0:
            self._left = left
            return data, b""
        self.complete = True
        if left == 0:
            return data, b""
        end = self._left
        return data[:end], data[end:]


class UntilCloseDecoder:
    """A body that ends with its connection; whoever sees that end completes it."""

    __slots__ = ("complete",)

    def __init__(self) -> None:
        self.complete = False

    def feed(self, data: bytes) -> tuple[bytes, bytes]:
        return data, b""


class ChunkedDecoder:
    """A chunked body. Extensions and trailers are read strictly and dropped (RFC 9112 §7.1.1, §7.1.2)."""

    __slots__ = ("_at_line", "_left", "_line", "_trailers", "complete")

    def __init__(self) -> None:
        self.complete = False
        self._at_line = True
        self._line = b""  # the beginning of a line that has not all arrived
        self._left = 0  # of the chunk and its CR LF
        self._trailers: bytes | None = None

    def feed(self, data: bytes) -> tuple[bytes, bytes]:
        if self._line:
            data, self._line = self._line + data, b""
        pieces: list[bytes] = []
        at = 0
        while at < len(data) and not self.complete:
            at = self._read_line(data, at) if self._at_line else self._read_data(data, at, pieces)
        return pieces[0] if len(pieces) == 1 else b"".join(pieces), data[at:]

    def _read_data(self, data: bytes, at: int, pieces: list[bytes]) -> int:
        """Take payload, then the CR LF after it. `_left` counts both."""
        end = at + self._left
        payload_end = min(end - 2, len(data))
        if payload_end > at:
            pieces.append(data[at:payload_end])
            at = payload_end
        if at < len(data):
            self._check_chunk_end(data[at:end], end - at)
        self._left = max(end - len(data), 0)
        self._at_line = self._left == 0
        return min(end, len(data))

    def _check_chunk_end(self, found: bytes, missing: int) -> None:
        if found != b"\r\n"[2 - missing :][: len(found)]:
            raise Refused("a chunk does not end with CR LF")

    def _read_line(self, data: bytes, at: int) -> int:
        end = data.find(b"\n", at)
        limit = _SIZE_LINE_LIMIT if self._trailers is None else _TRAILERS_LIMIT
        if (len(data) if end < 0 else end) - at > limit:
            raise Refused("a chunk's size line or trailer is too long")
        if end < 0:
            self._line = data[at:]
            self._check_unfinished_line(self._line)
            return len(data)
        if data[end - 1 : end] != b"\r" or end == at:
            raise Refused("a line of a chunked body does not end with CR LF")
        if self._trailers is None:
            self._read_size(data[at : end - 1])
        else:
            self._read_trailer(data[at : end + 1])
        return end + 1

    def _check_unfinished_line(self, line: bytes) -> None:
        if b"\r" in line[:-1]:
            raise Refused("a line of a chunked body holds a bare CR")
        if self._trailers is None and not line.rstrip(b"\r").partition(b";")[0].isalnum():
            raise Refused("a chunk's size is malformed")

    def _read_size(self, line: bytes) -> None:
        match = _SIZE.fullmatch(line)
        if match is None:
            raise Refused("a chunk's size is malformed")
        size = int(match.group(1), 16)
        if size == 0:
            self._trailers = b""
        else:
            self._left = size + 2
            self._at_line = False

    def _read_trailer(self, line: bytes) -> None:
        if line == b"\r\n":
            self.complete = True
            return
        self._trailers = (self._trailers or b"") + line
        if len(self._trailers) > _TRAILERS_LIMIT:
            raise Refused("the trailers of a chunked body are too big")
        for name, _ in read_fields(b"\n" + line, 1):
            if name.lower() in FRAMING:  # RFC 9110 §6.5.1; whoever merged it would frame the message anew
                raise Refused("a trailer holds a field that belongs in the head")


def decoder_of(length: int) -> BodyDecoder:
    """The decoder for a length as framing.body_length gives it."""
    if length == CHUNKED:
        return ChunkedDecoder()
    if length == UNTIL_CLOSE:
        return UntilCloseDecoder()
    return FixedDecoder(length)
