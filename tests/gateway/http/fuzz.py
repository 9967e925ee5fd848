"""Mutated byte streams against the HTTP side, both ways, with h11 as the judge; `make fuzz` runs many.

h11 is no part of the gateway. It reads the same bytes that the gateway was given, and the bytes that the
gateway wrote, and both must tell the same story. A stream is named by its number, which makes it again.
"""

import asyncio
import random
import re
import signal
import sys
import time
import tomllib
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import h11
import uvloop
from tests.gateway.http.rig import ORIGIN, End, Rig

from gatewright.engine.target import Failure
from gatewright.gateway.http.refusal import internal_error

STREAMS = 100_000
PATIENCE_S = 10.0
"""A stream that takes longer hangs; most take less than a millisecond."""

FOLDER = Path(__file__).parent
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
DEFECT = internal_error().response().content
OWN_FAILURES = frozenset(failure.name.encode() for failure in Failure)

FRAGMENTS = [
    b"\r\n", b"\n", b"\r", b"\0", b" ", b"\t", b":", b"0", b"5", b",", b";", b"\x80", b"\xa0", b"\x0b",
    b"chunked", b"HTTP/1.0", b"HTTP/1.1", b"Content-Length: 5\r\n", b"Content-Length: 0\r\n",
    b"Transfer-Encoding: chunked\r\n", b"Connection: close\r\n",
    b"Connection: keep-alive\r\n", b"\r\n\r\n", b"0\r\n\r\n", b"5\r\nhello\r\n",
]  # fmt: skip
REQUEST_FRAGMENTS = [
    *FRAGMENTS,
    b"GET /x HTTP/1.1\r\nHost: a\r\n\r\n",
    b"Expect: 100-continue\r\n",
    b"Host: a\r\n",
    b"#",
    b"?",
]
ANSWER_FRAGMENTS = [*FRAGMENTS, OK, b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 204 No Content\r\n\r\n"]


def seeds(name: str, key: str) -> list[bytes]:
    return [row[key].encode("latin-1") for row in tomllib.loads((FOLDER / name).read_text("utf-8"))["row"]]


REQUEST_SEEDS = seeds("legal_requests.toml", "request"), seeds("hostile_requests.toml", "request")
ANSWER_SEEDS = seeds("legal_responses.toml", "response"), seeds("hostile_responses.toml", "response")


class Desync(AssertionError):
    """The gateway and the judge understood a stream differently."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One message as h11 reads it. `start` is (verb, target) or (status,); `rest` is what follows it."""

    start: tuple[str, ...]
    body: bytes
    is_complete: bool
    rest: bytes


def mutated(chance: random.Random, seeds: tuple[list[bytes], list[bytes]], fragments: list[bytes]) -> bytes:
    """One to three messages run together, most of them legal, and up to five changes."""
    legal, hostile = seeds
    count = chance.choice([1, 1, 1, 2, 3])
    stream = b"".join(chance.choice(chance.choice([legal, legal, hostile])) for _ in range(count))
    for _ in range(chance.choice([0, 0, 1, 1, 2, 3, 5])):
        at = chance.randrange(len(stream) + 1)
        end = at + chance.choice([0, 0, 1, 1, chance.randint(0, 8)])
        match chance.randrange(4):
            case 0 | 1:
                stream = stream[:at] + chance.choice(fragments) + stream[end:]
            case 2:
                stream = stream[:at] + bytes([chance.randrange(256)]) + stream[end:]
            case _:
                stream = stream[:end] + stream[at:]
    return stream


def packets(chance: random.Random, stream: bytes) -> list[bytes]:
    parts = []
    while stream:
        size = chance.choice([1, 3, 10, 50, 10_000])
        parts.append(stream[:size])
        stream = stream[size:]
    return parts


# What the judge says.


def read_message(judge: h11.Connection) -> Seen | None:
    """The next whole message, or as much as there is of it; None when its head is not there or is no head."""
    start: tuple[str, ...] | None = None
    body = b""
    is_complete = False
    with suppress(h11.RemoteProtocolError):
        while not is_complete:
            event = judge.next_event()
            if isinstance(event, h11.Request):
                start = (event.method.decode(), event.target.decode())
            elif isinstance(event, h11.Response):
                start = (str(event.status_code),)
            elif isinstance(event, h11.Data):
                body += bytes(event.data)
            elif isinstance(event, h11.EndOfMessage):
                is_complete = True
            elif not isinstance(event, h11.InformationalResponse):
                break
    return None if start is None else Seen(start, body, is_complete, judge.trailing_data[0])


def read_request(stream: bytes) -> Seen | None:
    judge = h11.Connection(h11.SERVER)
    if stream:  # nothing would mean that the connection has ended
        judge.receive_data(stream)
    return read_message(judge)


def read_answer(stream: bytes, verb: str, *, has_ended: bool) -> Seen | None:
    judge = h11.Connection(h11.CLIENT)
    judge.send(h11.Request(method=verb, target="/", headers=[("Host", "a")]))
    judge.send(h11.EndOfMessage())
    if stream:
        judge.receive_data(stream)
    if has_ended:
        judge.receive_data(b"")
    return read_message(judge)


def requests_meant(stream: bytes) -> list[tuple[str, str, bytes]]:
    """The requests that the judge finds in what a client sent, up to the first that is malformed."""
    meant = []
    while stream:
        seen = read_request(stream.removeprefix(b"\r\n"))  # RFC 9112 §2.2
        if seen is None or not seen.is_complete:
            break
        stream = seen.rest
        verb, target = seen.start
        if (verb, target) != ("OPTIONS", "*"):  # answered by the gateway itself
            meant.append((verb, in_origin_form(target), seen.body))
    return meant


def in_origin_form(target: str) -> str:
    """The path and query of a request target, which may be a whole URL."""
    path = re.sub(r"^https?://[^/?]*", "", target, flags=re.IGNORECASE)
    return path if path.startswith("/") else "/" + path


# What must hold.


def check(holds: bool, claim: str) -> None:
    if not holds:
        raise Desync(claim)


def check_request_stream(number: int) -> str:
    """A client sends stream `number`; how it ended. Raises Desync.

    Whatever whole request the target gets is the next one that the judge finds in the client's bytes, alone
    on its connection; what is begun and not completed is aborted.
    """
    chance = random.Random(number)
    stream = mutated(chance, REQUEST_SEEDS, REQUEST_FRAGMENTS)
    meant = requests_meant(stream)
    rig = Rig(buffers_request=chance.random() < 0.5)
    target, client = rig.target(), rig.client()
    passed = 0
    for part in packets(chance, stream):
        client.send(part)
        while (seen := read_request(target.received)) is not None and seen.is_complete:
            check(not seen.rest, "a request was sent before the one ahead of it was answered")
            check(
                (*seen.start, seen.body) in meant[passed : passed + 1], f"the target got {seen}, not {meant}"
            )
            passed += 1
            target.take()
            target.send(OK)
            if target.transport.is_closed:
                target = rig.target()
    check(DEFECT not in client.received, "a defect came to light")
    check(client.received.count(b"HTTP/1.1 200 OK") >= passed, "an answer is missing")
    fate = "refused" if client.is_over and b"\r\nConnection: close" in client.received else "left waiting"
    leave(client)
    check(not target.received or target.transport.is_aborted, "an unfinished request was left open")
    check(rig.server.connection_count == 0, "a connection was left behind")
    return f"passed on {passed}, then {fate}"


def leave(client: End) -> None:
    if not client.is_over:
        client.send_eof()
    client.lose()


def check_answer_stream(number: int) -> str:
    """A target sends stream `number` as its answer; how it ended. Raises Desync.

    The client gets what the judge reads, whole, or sees that it is not whole. The connection is used again
    only where the judge finds nothing left on it.
    """
    chance = random.Random(number)
    stream = mutated(chance, ANSWER_SEEDS, ANSWER_FRAGMENTS)
    verb, version = chance.choice(["GET", "GET", "GET", "HEAD"]), chance.choice(["1.1", "1.1", "1.0"])
    rig = Rig()
    target, client = rig.target(), rig.client()
    client.send(f"{verb} / HTTP/{version}\r\nHost: a\r\n\r\n".encode())
    target.take()
    target.send(*packets(chance, stream))
    is_kept = rig.pools.of(ORIGIN).idle_count == 1
    if not target.transport.is_closed and not is_kept:
        target.send_eof()
    check(DEFECT not in client.received, "a defect came to light")
    meant = read_answer(stream, verb, has_ended=not is_kept)
    fate = check_relayed(client, verb, meant)
    if is_kept:
        check(
            meant is not None and meant.is_complete and not meant.rest,
            "a connection with bytes on it is kept",
        )
        check_next_call(rig, target)
    return fate


def check_relayed(client: End, verb: str, meant: Seen | None) -> str:
    is_aborted = client.transport.is_aborted
    got = read_answer(client.received, verb, has_ended=client.is_over and not is_aborted)
    if got is None or not got.is_complete:
        check(is_aborted, f"the client waits for the rest of {client.received!r}")
        return "cut off"
    check(not got.rest, f"the client got more than one answer: {client.received!r}")
    if got.start == ("502",) and (got.body in OWN_FAILURES or verb == "HEAD"):
        return "refused"
    check(meant is not None and meant.is_complete, f"{got} was made up")
    check(meant is not None and (got.start, got.body) == (meant.start, meant.body), f"{meant} became {got}")
    return "passed on"


def check_next_call(rig: Rig, target: End) -> None:
    client = rig.client()
    client.send(b"GET /next HTTP/1.1\r\nHost: a\r\n\r\n")
    check(target.take().startswith(b"GET /next HTTP/1.1\r\n"), "the next call went elsewhere")
    target.send(OK)
    check(client.received == OK, "the next call got another answer than its own")


# Many of them.


def out_of_patience(number: int, frame: FrameType | None) -> None:
    del number, frame
    raise Desync("the stream hangs")


async def run(first: int, streams: int) -> tuple[Counter[str], list[str]]:
    """Both ways, `streams` streams in all: how they ended, and what was wrong."""
    fates: Counter[str] = Counter()
    wrong: list[str] = []
    before = signal.signal(signal.SIGALRM, out_of_patience)
    for number in range(first, first + streams):
        direction, examine = (
            ("request", check_request_stream) if number % 2 else ("answer", check_answer_stream)
        )
        signal.setitimer(signal.ITIMER_REAL, PATIENCE_S)
        try:
            fates[f"{direction} {examine(number)}"] += 1
        except Exception as problem:  # noqa: BLE001  # whatever it is, it is a finding
            wrong.append(f"stream {number}: {type(problem).__name__}: {problem}")
        if number % 1_000 == 0:
            await asyncio.sleep(0)  # what was called soon has its turn
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, before)
    return fates, wrong


def main(arguments: list[str]) -> int:
    """`fuzz [STREAMS [FIRST]]`: the exit status is 1 where anything was wrong."""
    streams = int(arguments[0]) if arguments else STREAMS
    first = int(arguments[1]) if len(arguments) > 1 else random.SystemRandom().randrange(2**40)
    began = time.monotonic()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        fates, wrong = runner.run(run(first, streams))
    lines = [f"{count:>9,} {fate}" for fate, count in sorted(fates.items())]
    took = time.monotonic() - began
    lines.append(f"{streams:,} streams from number {first} in {took:.0f} s: {len(wrong)} wrong")
    sys.stdout.write("\n".join([*wrong[:50], *lines]) + "\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
