"""No request that breaks a rule is passed on, however its bytes are cut into packets."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.gateway.http.rig import End, Rig, status_of

ROWS = tomllib.loads(Path(__file__).with_name("hostile_requests.toml").read_text("utf-8"))["row"]
SMUGGLED = b"GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n"


def cuts(stream: bytes) -> Iterator[list[bytes]]:
    """The stream whole, in two at every position, and byte by byte."""
    yield [stream]
    for at in range(1, len(stream)):
        yield [stream[:at], stream[at:]]
    yield [stream[at : at + 1] for at in range(len(stream))]


def is_complete(forwarded: bytes) -> bool:
    """Whether a target could take what it was sent for a whole request."""
    head, _, body = forwarded.partition(b"\r\n\r\n")
    length = re.search(rb"\r\nContent-Length: (\d+)", head)
    if length:
        return len(body) >= int(length[1])
    return b"\r\nTransfer-Encoding: chunked" not in head or body.endswith(b"0\r\n\r\n")


def nothing_got_through(target: End, *, may_begin: bool) -> bool:
    forwarded = target.received
    if not forwarded:
        return True
    return may_begin and target.transport.is_aborted and not is_complete(forwarded)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["rule"])
async def test_a_request_that_breaks_a_rule_is_refused(row: dict[str, str]) -> None:
    stream = row["request"].encode("latin-1") + SMUGGLED
    for parts in cuts(stream):
        rig = Rig()
        target, client = rig.target(), rig.client()
        client.send(*parts)
        assert status_of(client.received) == row.get("status", 400), parts
        assert client.received.count(b"HTTP/1.1 ") == 1, parts
        assert client.is_over, parts
        assert nothing_got_through(target, may_begin=row.get("part") == "body"), (parts, target.received)
        assert b"smuggled" not in target.received


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["rule"])
async def test_a_request_that_breaks_a_rule_does_so_behind_a_good_one_too(row: dict[str, str]) -> None:
    good = b"GET /good HTTP/1.1\r\nHost: a\r\n\r\n"
    rig = Rig()
    target, client = rig.target(), rig.client()
    client.send(good + row["request"].encode("latin-1") + SMUGGLED)
    assert target.take().startswith(b"GET /good HTTP/1.1\r\n")
    target.send(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
    assert client.received.startswith(b"HTTP/1.1 200 OK\r\n")
    assert status_of(client.received.partition(b"\r\n\r\nok")[2]) == row.get("status", 400)
    assert client.is_over
    assert target.received == b""


async def test_the_refusal_names_the_rule_in_a_fault_body() -> None:
    rig = Rig()
    client = rig.client()
    client.send(b"GET / HTTP/1.1\r\n\r\n")
    head, _, body = client.received.partition(b"\r\n\r\n")
    assert b"Content-Type: application/json" in head
    assert b"Connection: close" in head
    assert body == (
        b'{"fault":{"faultstring":"the Host header is missing",'
        b'"detail":{"errorcode":"protocol.http.BadRequest"}}}'
    )


async def test_the_judge_knows_a_complete_request_from_one_cut_off() -> None:
    assert is_complete(b"POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\nok")
    assert not is_complete(b"POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nok")
    assert is_complete(b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")
    assert not is_complete(b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n")
    assert is_complete(b"GET / HTTP/1.1\r\n\r\n")
