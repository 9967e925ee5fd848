"""Heads as they go out: whatever a policy wrote, one message stays one message."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatewright.gateway.http.framing import CHUNKED
from gatewright.gateway.http.writer import NONE, chunk, request_head, response_head
from gatewright.message import Headers, Request, Response

ODD = "a\r\nX: y \0\x7f\x80瘍#"


def test_framing_is_decided_here_and_not_by_the_headers() -> None:
    headers = Headers([(b"content-length", b"7"), (b"Transfer-Encoding", b"gzip"), (b"Host", b"evil")])
    assert request_head(Request("POST", "/", headers), "good", 3) == (
        b"POST / HTTP/1.1\r\nHost: good\r\nContent-Length: 3\r\n\r\n"
    )
    assert request_head(Request("POST", "/", headers), "good", CHUNKED) == (
        b"POST / HTTP/1.1\r\nHost: good\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    assert request_head(Request("GET", "/", headers), "good", NONE) == b"GET / HTTP/1.1\r\nHost: good\r\n\r\n"


@given(st.text(max_size=40))
def test_no_uri_can_break_the_request_line(uri: str) -> None:
    head = request_head(Request("GET", "/" + uri), "a", NONE)
    line, _, rest = head.partition(b"\r\n")
    assert rest == b"Host: a\r\n\r\n"
    assert line.count(b" ") == 2
    assert all(0x21 <= byte <= 0x7E for byte in line.split(b" ")[1])


@given(st.text(max_size=40), st.integers(-5, 2_000))
def test_no_reason_or_status_can_break_the_status_line(reason: str, status: int) -> None:
    head = response_head(Response(status, reason), 0)
    line, _, rest = head.partition(b"\r\n")
    assert rest == b"Content-Length: 0\r\n\r\n"
    assert line.startswith(b"HTTP/1.1 ")
    assert len(line.split(b" ")[1]) == 3
    assert b"\n" not in line
    assert b"\r" not in line


@pytest.mark.parametrize("uri", ["/a b", "/a\r\nX: y", "/é", "/a#b", "/a\0"])
def test_what_may_not_stand_in_a_uri_is_encoded_not_dropped(uri: str) -> None:
    head = request_head(Request("GET", uri), "a", NONE)
    assert (
        head.split(b" ")[1]
        == {
            "/a b": b"/a%20b",
            "/a\r\nX: y": b"/a%0D%0AX:%20y",
            "/é": b"/%C3%A9",
            "/a#b": b"/a%23b",
            "/a\0": b"/a%00",
        }[uri]
    )


def test_a_verb_that_is_no_token_never_reaches_the_wire() -> None:
    assert request_head(Request(ODD, "/"), "a", NONE).startswith(b"GET / HTTP/1.1\r\n")


def test_a_chunk_carries_its_size_in_hexadecimal() -> None:
    assert chunk(b"a" * 26) == b"1a\r\n" + b"a" * 26 + b"\r\n"
