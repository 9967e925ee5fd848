"""What a hostile or broken peer does to legal messages, as Hypothesis strategies: streams that shrink.

A stream is one to three messages run together, up to four changes to their bytes, and the packets in which
they arrive. Simpler choices come first everywhere, so that what Hypothesis reports is near the least that
still fails: few messages, few changes, one packet.
"""

import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy
from tests.gateway.http import grammar

FOLDER = Path(__file__).parent


def rows(name: str, key: str) -> list[bytes]:
    return [row[key].encode("latin-1") for row in tomllib.loads((FOLDER / name).read_text("utf-8"))["row"]]


FRAGMENTS = (
    b"\r\n", b"\n", b"\r", b"\0", b" ", b"\t", b":", b"0", b"5", b",", b";", b"\x80", b"\xa0", b"\x0b",
    b"chunked", b"gzip, ", b"HTTP/1.0", b"HTTP/1.1", b"0x", b"+", b"-", b"_", b'"', b"\\",
    b"\r\n\r\n", b"0\r\n\r\n", b"5\r\nhello\r\n", b"\r\n ",
)  # fmt: skip
LINES = (
    b"Content-Length: 5\r\n",
    b"Content-Length: 0\r\n",
    b"Content-Length: 5, 5\r\n",
    b"Content-Length: +5\r\n",
    b"Content-Length : 5\r\n",
    b"Transfer-Encoding: chunked\r\n",
    b"Transfer-Encoding: identity\r\n",
    b"Transfer-Encoding: xchunked\r\n",
    b"Transfer-Encoding: chunked, gzip\r\n",
    b"Connection: close\r\n",
    b"Connection: keep-alive\r\n",
    b"Connection: Content-Length\r\n",
    b"X-A\r\n",
    b" folded: 1\r\n",
)
REQUEST_LINES = (*LINES, b"Host: a\r\n", b"Host: b\r\n", b"GET /x HTTP/1.1\r\nHost: a\r\n\r\n")
ANSWER_LINES = (*LINES, b"HTTP/1.1 204 No Content\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
SPELLINGS = (
    (b"0", b""), (b"+", b""), (b"-", b""), (b"0x", b""), (b" ", b""), (b"", b" "), (b"", b"0"), (b"", b"_0"),
    (b"", b" 0"), (b"", b", 5"), (b"", b";"), (b"", b"x"), (b"\t", b""), (b"\x00", b""), (b"", b"\x0b"),
)  # fmt: skip
BLANKS = (b" ", b"\t", b"\r", b"\n", b"\x0b", b"\x0c", b"\x85", b"\xa0", b"\r\n")

_SEAMS = re.compile(rb"\r\n|[:;,= /]|(?<=\n)[0-9a-f]")
"""Where the parts of a message meet: changes elsewhere are mostly to text that means nothing."""

_NUMBER = re.compile(rb"(?<=[\n /])[0-9a-f]+(?=[\r; .])")
_FRAMING = re.compile(rb"(?<=\n)(?:Content-Length|Transfer-Encoding)[^\n]*\n", re.IGNORECASE)

Change = Callable[[DrawFn, bytes], bytes]


@dataclass(frozen=True, slots=True)
class RequestStream:
    """What a client sends, to a gateway that may hold bodies until they are whole."""

    content: bytes
    cuts: tuple[int, ...] | None = ()
    """Where one packet ends and the next begins; None: every byte is a packet of its own."""
    buffers_request: bool = False

    @property
    def packets(self) -> list[bytes]:
        return packets(self.content, self.cuts)


@dataclass(frozen=True, slots=True)
class AnswerStream:
    """What a target sends when a client of HTTP/`version` has asked with `verb`."""

    content: bytes
    cuts: tuple[int, ...] | None = ()
    verb: str = "GET"
    version: str = "1.1"

    @property
    def packets(self) -> list[bytes]:
        return packets(self.content, self.cuts)


def packets(content: bytes, cuts: tuple[int, ...] | None) -> list[bytes]:
    places = range(len(content) + 1) if cuts is None else sorted({0, *cuts, len(content)})
    return [content[start:end] for start, end in pairwise(places)]


def seam(draw: DrawFn, stream: bytes) -> int:
    """A place in a stream: any, but often one where parts of a message meet."""
    seams = [place for found in _SEAMS.finditer(stream) for place in found.span()]
    place = draw(st.integers(0, len(stream) + 2 * len(seams)))
    return place if place <= len(stream) else seams[(place - len(stream) - 1) % len(seams)]


def stretch(draw: DrawFn, stream: bytes) -> tuple[int, int]:
    start = seam(draw, stream)
    return start, min(start + draw(st.integers(1, 12)), len(stream))


def line_places(stream: bytes) -> list[int]:
    return [0, *(found.end() for found in re.finditer(rb"\n", stream))]


def delete(draw: DrawFn, stream: bytes) -> bytes:
    start, end = stretch(draw, stream)
    return stream[:start] + stream[end:]


def cut_off(draw: DrawFn, stream: bytes) -> bytes:
    return stream[: seam(draw, stream)]


def flip_byte(draw: DrawFn, stream: bytes) -> bytes:
    at = seam(draw, stream)
    bits = draw(st.integers(1, 255))
    return stream[:at] + bytes(byte ^ bits for byte in stream[at : at + 1]) + stream[at + 1 :]


def change_case(draw: DrawFn, stream: bytes) -> bytes:
    start, end = stretch(draw, stream)
    return stream[:start] + stream[start:end].swapcase() + stream[end:]


def insert_blank(draw: DrawFn, stream: bytes) -> bytes:
    at = seam(draw, stream)
    return stream[:at] + draw(st.sampled_from(BLANKS)) + stream[at:]


def duplicate(draw: DrawFn, stream: bytes) -> bytes:
    start, end = stretch(draw, stream)
    return stream[:end] + stream[start:]


def duplicate_line(draw: DrawFn, stream: bytes) -> bytes:
    lines = stream.splitlines(keepends=True)
    at = draw(st.integers(0, max(len(lines) - 1, 0)))
    return b"".join([*lines[: at + 1], *lines[at:]])


def swap_lines(draw: DrawFn, stream: bytes) -> bytes:
    lines = stream.splitlines(keepends=True)
    if len(lines) > 1:
        at = draw(st.integers(0, len(lines) - 2))
        to = draw(st.integers(at + 1, len(lines) - 1))
        lines[at], lines[to] = lines[to], lines[at]
    return b"".join(lines)


def respell_number(draw: DrawFn, stream: bytes) -> bytes:
    """A length, a chunk's size or a version in a way that some readers take for a number and some do not."""
    numbers = [found.span() for found in _NUMBER.finditer(stream)]
    if not numbers:
        return stream
    start, end = numbers[draw(st.integers(0, len(numbers) - 1))]
    before, after = draw(st.sampled_from(SPELLINGS))
    return stream[:start] + before + stream[start:end] + after + stream[end:]


def insert_fragment(draw: DrawFn, stream: bytes) -> bytes:
    at = seam(draw, stream)
    return stream[:at] + draw(st.sampled_from(FRAGMENTS)) + stream[at:]


def insert_line(lines: tuple[bytes, ...]) -> Change:
    def insert(draw: DrawFn, stream: bytes) -> bytes:
        places = line_places(stream)
        at = places[draw(st.integers(0, len(places) - 1))]
        return stream[:at] + draw(st.sampled_from(lines)) + stream[at:]

    return insert


def reframe(lines: tuple[bytes, ...]) -> Change:
    """Say something else than the field that frames the message, or that as well."""

    def replace(draw: DrawFn, stream: bytes) -> bytes:
        found = list(_FRAMING.finditer(stream))
        if not found:
            return stream
        field = found[draw(st.integers(0, len(found) - 1))]
        line, is_added = draw(st.sampled_from(lines)), draw(st.booleans())
        return stream[: field.end() if is_added else field.start()] + line + stream[field.end() :]

    return replace


def splice(others: list[bytes]) -> Change:
    """Go on with another stream, from some line of it on."""

    def join(draw: DrawFn, stream: bytes) -> bytes:
        places = line_places(stream)
        at = places[draw(st.integers(0, len(places) - 1))]
        other = draw(st.sampled_from(others))
        beginnings = line_places(other)
        return stream[:at] + other[beginnings[draw(st.integers(0, len(beginnings) - 1))] :]

    return join


def changes(lines: tuple[bytes, ...], others: list[bytes]) -> tuple[Change, ...]:
    return (
        delete, cut_off, flip_byte, change_case, insert_blank, duplicate, duplicate_line, swap_lines,
        respell_number, insert_fragment, insert_line(lines), reframe(lines), splice(others),
    )  # fmt: skip


def mutated(draw: DrawFn, messages: SearchStrategy[bytes], kinds: tuple[Change, ...]) -> bytes:
    stream = b"".join(draw(messages) for _ in range(draw(st.sampled_from((1, 1, 2, 3)))))
    for _ in range(draw(st.integers(0, 4))):
        stream = draw(st.sampled_from(kinds))(draw, stream)
    return stream


def cuts(draw: DrawFn, stream: bytes) -> tuple[int, ...] | None:
    """All at once mostly, cut at up to three places, or byte by byte."""
    count = draw(st.sampled_from((0, 0, 1, 3, None)))
    return None if count is None else tuple(sorted({seam(draw, stream) for _ in range(count)}))


REQUEST_CHANGES = changes(
    REQUEST_LINES, rows("hostile_requests.toml", "request") + rows("legal_requests.toml", "request")
)
ANSWER_CHANGES = changes(
    ANSWER_LINES, rows("hostile_responses.toml", "response") + rows("legal_responses.toml", "response")
)


@st.composite
def request_streams(draw: DrawFn) -> RequestStream:
    stream = mutated(draw, grammar.requests(), REQUEST_CHANGES)
    return RequestStream(stream, cuts(draw, stream), draw(st.booleans()))


@st.composite
def answer_streams(draw: DrawFn) -> AnswerStream:
    verb, version = draw(st.sampled_from((("GET", "1.1"), ("GET", "1.0"), ("HEAD", "1.1"), ("POST", "1.1"))))
    stream = mutated(draw, grammar.answers(), ANSWER_CHANGES)
    return AnswerStream(stream, cuts(draw, stream), verb, version)
