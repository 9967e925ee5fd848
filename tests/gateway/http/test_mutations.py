"""Mutated streams: whatever a client sends, the target and this side agree on how many requests there were.

h11, which is not used by the gateway, judges what the target was sent.
"""

import random
import tomllib
from pathlib import Path

import h11
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.gateway.http.rig import Rig
from tests.gateway.http.test_hostile_requests import nothing_got_through

from gatewright.gateway.http import framing

FOLDER = Path(__file__).parent
SEEDS = [
    row["request"].encode("latin-1")
    for name in ("legal_requests.toml", "hostile_requests.toml")
    for row in tomllib.loads((FOLDER / name).read_text("utf-8"))["row"]
]
PIECES = [
    b"\r\n", b"\n", b"\r", b"\0", b" ", b"\t", b":", b"0", b"5", b",", b";", b"\x80", b"chunked", b"HTTP/1.0",
    b"Content-Length: 5\r\n", b"Transfer-Encoding: chunked\r\n", b"\r\n\r\n", b"0\r\n\r\n",
    b"GET /x HTTP/1.1\r\nHost: a\r\n\r\n",
]  # fmt: skip
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


def mutated(seed: int) -> list[bytes]:
    """Two or three requests run together, bytes changed, cut into packets."""
    chance = random.Random(seed)
    stream = b"".join(chance.choice(SEEDS) for _ in range(chance.randint(1, 3)))
    for _ in range(chance.randint(0, 4)):
        at = chance.randrange(len(stream) + 1)
        removed = chance.choice([0, 0, 1, chance.randint(0, 8)])
        stream = stream[:at] + chance.choice([*PIECES, b""]) + stream[at + removed :]
    parts = []
    while stream:
        size = chance.choice([1, 3, 10, 50, 10_000])
        parts.append(stream[:size])
        stream = stream[size:]
    return parts


def requests_in(sent: bytes) -> tuple[int, bool]:
    """How many whole requests h11 finds, and whether something unfinished follows them."""
    judge = h11.Connection(h11.SERVER)
    if sent:  # nothing would mean that the connection has ended
        judge.receive_data(sent)
    count = 0
    while True:
        event = judge.next_event()
        if isinstance(event, h11.EndOfMessage):
            count += 1
            judge.send(h11.Response(status_code=200, headers=[("Content-Length", "0")]))
            judge.send(h11.EndOfMessage())
            judge.start_next_cycle()
        elif not isinstance(event, h11.Request | h11.Data):
            assert event is h11.NEED_DATA
            return count, bool(judge.trailing_data[0]) or judge.their_state is not h11.IDLE


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 2**32))
async def test_a_mutated_stream_never_desynchronises_the_target(seed: int) -> None:
    rig = Rig()
    targets = [rig.target()]
    client = rig.client()
    for part in mutated(seed):
        client.send(part)
        while requests_in(targets[-1].received) == (1, False):
            before = targets[-1]
            before.take()
            before.send(OK)
            if before.transport.is_closed:
                targets.append(rig.target())
    count, is_unfinished = requests_in(targets[-1].received)
    assert count == 0  # a second request never reaches a target that has not answered the first
    if is_unfinished and client.is_over:
        assert targets[-1].transport.is_aborted


async def test_the_detector_sees_a_lenient_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    """With one rule taken out, what the rows and the judge watch for does happen."""
    monkeypatch.setattr(framing, "_check_coding", lambda coding, length, minor: None)
    rig = Rig()
    target, client = rig.target(), rig.client()
    client.send(b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n")
    assert not nothing_got_through(target, may_begin=False)
