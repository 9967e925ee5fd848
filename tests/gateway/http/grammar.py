"""Legal HTTP/1.1 messages as Hypothesis strategies (RFC 9112), simplest first: failures shrink to those."""

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

VERBS = (b"GET", b"POST", b"HEAD", b"PUT", b"DELETE", b"PATCH", b"OPTIONS")
TARGETS = (b"/", b"/a", b"/a?b=c", b"/?", b"/a%20b//c;d", b"http://a/b", b"HTTP://a", b"http://a?b")
FIELDS = (
    b"X-A: 1",
    b"x-b:2",
    b"X-Empty:",
    b"X-Padded: \t 1 \t",
    b"Accept: text/plain, */*;q=0.5",
    b"Cookie: a=b; c=d",
    b"Connection: keep-alive",
    b"Connection: close",
    b"Connection: X-A",
    b"TE: trailers",
    b"Via: 1.1 x",
)
REQUEST_FIELDS = (*FIELDS, b"Expect: 100-continue", b"Upgrade: h2c", b"Range: bytes=0-1")
ANSWER_FIELDS = (*FIELDS, b"Set-Cookie: a=1", b"Date: Sun, 06 Nov 1994 08:49:37 GMT", b"Server: s")
STATUS_LINES = (
    b"HTTP/1.1 200 OK",
    b"HTTP/1.1 404 Not Found",
    b"HTTP/1.1 204 No Content",
    b"HTTP/1.1 304 Not Modified",
    b"HTTP/1.1 299 ",
    b"HTTP/1.0 200 OK",
)
INTERIMS = (b"", b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n")
PIECES = (b"a", b"hello", b"\r\n", b"0\r\n\r\n", b"\0\xff", b"GET /x HTTP/1.1\r\nHost: a\r\n\r\n")
EXTENSIONS = (b"", b";a", b";a=b", b';a="b;c"')
TRAILERS = (b"", b"X-T: 1\r\n", b"X-T: 1\r\nX-U: 2\r\n")

Framing = tuple[bytes, bytes]
"""The field lines that say how long a body is, with their ends, and the body on the wire."""


def by_length(content: bytes) -> Framing:
    return b"Content-Length: %d\r\n" % len(content), content


@st.composite
def in_chunks(draw: DrawFn) -> Framing:
    wire = b""
    for piece in draw(st.lists(st.sampled_from(PIECES), max_size=3)):
        wire += b"%x%b\r\n%b\r\n" % (len(piece), draw(st.sampled_from(EXTENSIONS)), piece)
    return b"Transfer-Encoding: chunked\r\n", wire + b"0\r\n" + draw(st.sampled_from(TRAILERS)) + b"\r\n"


_bodiless = st.just((b"", b""))
_by_length = st.sampled_from([by_length(piece) for piece in (b"", *PIECES)])
_until_close = st.sampled_from([(b"", piece) for piece in PIECES])
_framed_requests = st.one_of(_bodiless, _by_length, in_chunks())
_framed_answers = st.one_of(_by_length, in_chunks(), _until_close)
_request_fields = st.lists(st.sampled_from(REQUEST_FIELDS), max_size=2)
_answer_fields = st.lists(st.sampled_from(ANSWER_FIELDS), max_size=2)
_minor = st.sampled_from((b"1", b"1", b"1", b"0"))


@st.composite
def requests(draw: DrawFn) -> bytes:
    """One request, whole; of HTTP/1.0 now and then."""
    minor = draw(_minor)
    start = b"%b %b HTTP/1.%b" % (draw(st.sampled_from(VERBS)), draw(st.sampled_from(TARGETS)), minor)
    framing, body = draw(_framed_requests if minor == b"1" else _by_length)
    return _message([start, b"Host: a", *draw(_request_fields)], framing, body)


@st.composite
def answers(draw: DrawFn) -> bytes:
    """One answer, whole, perhaps after an interim one. One without a length ends with its connection."""
    interim, start = draw(st.sampled_from(INTERIMS)), draw(st.sampled_from(STATUS_LINES))
    is_bodiless = b" 204 " in start or b" 304 " in start
    framing, body = draw(_bodiless if is_bodiless else _by_length if b"1.0" in start else _framed_answers)
    return interim + _message([start, *draw(_answer_fields)], framing, body)


def _message(lines: list[bytes], framing: bytes, body: bytes) -> bytes:
    return b"".join(line + b"\r\n" for line in lines) + framing + b"\r\n" + body
