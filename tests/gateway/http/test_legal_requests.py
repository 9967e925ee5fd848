"""What RFC 9110 and 9112 allow is passed on, the same however its bytes are cut into packets."""

import tomllib
from pathlib import Path

import pytest
from tests.gateway.http.rig import Rig, status_of
from tests.gateway.http.test_hostile_requests import cuts

ROWS = tomllib.loads(Path(__file__).with_name("legal_requests.toml").read_text("utf-8"))["row"]
NEXT = b"GET /next HTTP/1.1\r\nHost: a\r\n\r\n"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["rule"])
async def test_a_legal_request_is_passed_on(row: dict[str, str]) -> None:
    for parts in cuts(row["request"].encode("latin-1")):
        rig = Rig(buffers_request=True)
        target, client = rig.target(), rig.client()
        client.send(*parts)
        if not row["forwarded"]:
            assert status_of(client.received) == 200
        assert target.received == row["forwarded"].encode("latin-1"), parts


@pytest.mark.parametrize(
    "row",
    [row for row in ROWS if "HTTP/1.0" not in row["request"] and row["forwarded"]],
    ids=lambda row: row["rule"],
)
async def test_what_follows_a_legal_request_is_a_request_of_its_own(row: dict[str, str]) -> None:
    for parts in cuts(row["request"].encode("latin-1") + NEXT):
        rig = Rig(buffers_request=True)
        target, client = rig.target(), rig.client()
        client.send(*parts)
        assert target.take() == row["forwarded"].encode("latin-1"), parts
        target.send(b"HTTP/1.1 204 No Content\r\n\r\n")
        assert target.take() == b"GET /next HTTP/1.1\r\nHost: target.example:8080\r\n\r\n", parts
        target.send(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        assert client.received == (
            b"HTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
        )
        assert not client.is_over


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["rule"])
async def test_a_streamed_body_reaches_the_target_whole(row: dict[str, str]) -> None:
    body = row["forwarded"].partition("\r\n\r\n")[2].encode("latin-1")
    for parts in cuts(row["request"].encode("latin-1")):
        rig = Rig()
        target, client = rig.target(), rig.client()
        client.send(*parts)
        head, _, sent = target.received.partition(b"\r\n\r\n")
        if b"Transfer-Encoding: chunked" in head:
            assert sent.endswith(b"0\r\n\r\n")
            assert unchunked(sent) == body
        else:
            assert sent == body, parts


def unchunked(data: bytes) -> bytes:
    body = b""
    while data:
        size, _, data = data.partition(b"\r\n")
        body += data[: int(size, 16)]
        data = data[int(size, 16) + 2 :]
    return body
