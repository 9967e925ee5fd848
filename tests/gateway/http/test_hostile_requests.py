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


def complaint(row: dict[str, str], parts: list[bytes]) -> str:
    """What is wrong with what becomes of a hostile request in these packets; "" for nothing."""
    rig = Rig()
    target, client = rig.target(), rig.client()
    client.send(*parts)
    if not nothing_got_through(target, may_begin=row.get("part") == "body"):
        return f"the target was sent {target.received!r}"
    if b"smuggled" in target.received:
        return "the target was sent the smuggled request"
    if status_of(client.received) != row.get("status", 400) or client.received.count(b"HTTP/1.1 ") != 1:
        return f"the client was told {client.received!r}"
    return "" if client.is_over else "the connection was kept"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["rule"])
async def test_a_request_that_breaks_a_rule_is_refused(row: dict[str, str]) -> None:
    for parts in cuts(row["request"].encode("latin-1") + SMUGGLED):
        assert complaint(row, parts) == "", parts


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


@pytest.mark.parametrize(
    "extra", [b"XX", b"\0", b"0\r\n\r\n", b"\n", b"\r\r\n", b"\r\n\r\n", b" ", b"5\r\nhello\r\n"]
)
@pytest.mark.parametrize(
    "good",
    [
        b"POST /good HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello",
        b"POST /good HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
    ],
    ids=["by length", "by chunks"],
)
async def test_bytes_after_a_body_are_no_part_of_it_and_no_request(good: bytes, extra: bytes) -> None:
    for parts in cuts(good + extra + SMUGGLED):
        rig = Rig(buffers_request=True)
        target, client = rig.target(), rig.client()
        client.send(*parts)
        assert target.take().endswith(b"\r\nContent-Length: 5\r\n\r\nhello")
        target.send(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        assert status_of(client.received.partition(b"\r\n\r\nok")[2]) in (400, 501), parts
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
