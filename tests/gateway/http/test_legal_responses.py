"""What a target may answer reaches the client, the same however its bytes are cut into packets."""

import tomllib
from pathlib import Path
from typing import TypedDict

import pytest
from tests.gateway.http.rig import ORIGIN, Rig, passing
from tests.gateway.http.test_hostile_requests import cuts
from tests.gateway.http.test_legal_requests import unchunked


class Row(TypedDict, total=False):
    rule: str
    response: str
    relayed: str
    verb: str
    eof: bool
    kept: bool


ROWS: list[Row] = tomllib.loads(Path(__file__).with_name("legal_responses.toml").read_text("utf-8"))["row"]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["rule"])
async def test_a_legal_answer_is_buffered_and_passed_on(row: Row) -> None:
    for parts in cuts(row["response"].encode("latin-1")):
        rig = Rig(passing(buffer_response=True))
        target, client = rig.target(), rig.client()
        client.send(f"{row.get('verb', 'GET')} / HTTP/1.1\r\nHost: a\r\n\r\n".encode())
        target.send(*parts)
        if row.get("eof"):
            target.send_eof()
        assert client.received == row["relayed"].encode("latin-1"), parts
        assert target.transport.is_closed is not row["kept"]
        assert rig.pools.of(ORIGIN).idle_count == int(row["kept"])


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["rule"])
async def test_a_legal_answer_is_streamed(row: Row) -> None:
    body = row["relayed"].partition("\r\n\r\n")[2].encode("latin-1")
    for parts in cuts(row["response"].encode("latin-1")):
        rig = Rig()
        target, client = rig.target(), rig.client()
        client.send(f"{row.get('verb', 'GET')} / HTTP/1.1\r\nHost: a\r\n\r\n".encode())
        target.send(*parts)
        if row.get("eof"):
            target.send_eof()
        head, _, received = client.received.partition(b"\r\n\r\n")
        is_chunked = b"Transfer-Encoding: chunked" in head
        assert (unchunked(received) if is_chunked else received) == body, parts
        assert not is_chunked or received.endswith(b"0\r\n\r\n")
        assert not client.is_over
        assert target.transport.is_closed is not row["kept"]


async def test_a_body_of_unknown_length_ends_an_http_1_0_connection() -> None:
    rig = Rig()
    target, client = rig.target(), rig.client()
    client.send(b"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
    target.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n")
    assert client.received == b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhello"
    assert client.transport.written.endswith(b"hello")
    target.send(b"0\r\n\r\n")
    assert client.is_over
    assert not client.transport.is_aborted
