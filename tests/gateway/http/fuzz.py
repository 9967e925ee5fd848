"""Mutated byte streams against the HTTP side, both ways, with h11 as the judge; `make fuzz` runs many.

The judge (judge.py) reads the same bytes that the gateway was given, and the bytes that the gateway wrote,
and both must tell the same story. Hypothesis draws the streams (mutations.py); what fails it shrinks and
prints as a stream that can be pasted into a test.
"""

import asyncio
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from types import FrameType
from typing import TypeVar

import uvloop
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.strategies import SearchStrategy
from tests.gateway.http.judge import Seen, read_answer, read_request, requests_meant
from tests.gateway.http.mutations import AnswerStream, RequestStream, answer_streams, request_streams
from tests.gateway.http.rig import ORIGIN, End, Rig

from gatewright.engine.target import Failure
from gatewright.gateway.http.refusal import internal_error

STREAMS = 100_000
BATCH = 1_000
"""Streams drawn in one go: Hypothesis remembers all of a go, which would slow a hundred thousand down."""
PATIENCE_S = 10.0
"""A stream that takes longer hangs; most take less than a millisecond."""
FINDINGS = 5
"""After so many there is enough to mend."""

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
DEFECT = internal_error().response().content
OWN_FAILURES = frozenset(failure.name.encode() for failure in Failure)

DRAWN = settings(
    database=None,
    deadline=None,
    phases=(Phase.generate, Phase.shrink),
    suppress_health_check=list(HealthCheck),
    print_blob=False,
)
"""How Hypothesis draws here: PATIENCE_S is the deadline, and the number of a run makes it again."""


S = TypeVar("S", RequestStream, AnswerStream)


class Desync(AssertionError):
    """The gateway and the judge understood a stream differently."""


def check(holds: bool, claim: str) -> None:
    if not holds:
        raise Desync(claim)


def check_request_stream(stream: RequestStream) -> str:
    """A client sends the stream; how it ended. Raises Desync.

    Whatever whole request the target gets is the next one that the judge finds in the client's bytes, alone
    on its connection; what is begun and not completed is aborted.
    """
    meant = requests_meant(stream.content)
    rig = Rig(buffers_request=stream.buffers_request)
    target, client = rig.target(), rig.client()
    passed = 0
    for packet in stream.packets:
        client.send(packet)
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


def check_answer_stream(stream: AnswerStream) -> str:
    """A target sends the stream as its answer; how it ended. Raises Desync.

    The client gets what the judge reads, whole, or sees that it is not whole. The connection is used again
    only where the judge finds nothing left on it.
    """
    rig = Rig()
    target, client = rig.target(), rig.client()
    length = "Content-Length: 0\r\n" if stream.verb == "POST" else ""
    client.send(f"{stream.verb} / HTTP/{stream.version}\r\nHost: a\r\n{length}\r\n".encode())
    target.take()
    target.send(*stream.packets)
    is_kept = rig.pools.of(ORIGIN).idle_count == 1
    if not stream.content:
        return check_asked_again(client, target)
    if not target.transport.is_closed and not is_kept:
        target.send_eof()
    check(DEFECT not in client.received, "a defect came to light")
    meant = read_answer(stream.content, stream.verb, has_ended=not is_kept)
    fate = check_relayed(client, stream.verb, meant)
    if is_kept:
        check(
            meant is not None and meant.is_complete and not meant.rest,
            "a connection with bytes on it is kept",
        )
        check_next_call(rig, target)
    return fate


def check_asked_again(client: End, target: End) -> str:
    """A kept connection that ends without a byte had gone stale: the request may go out anew, once."""
    target.send_eof()
    is_waiting = not client.received
    check(is_waiting or client.received.endswith(b"EOF"), f"{client.received!r} was made up")
    leave(client)
    return "asked for again" if is_waiting else "refused"


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


@dataclass(slots=True)
class Tally:
    """What has been judged so far. Mutable."""

    fates: Counter[str] = field(default_factory=Counter)
    contents: set[int] = field(default_factory=set)
    findings: list[str] = field(default_factory=list)

    @property
    def judged(self) -> int:
        return self.fates.total()


def out_of_patience(number: int, frame: FrameType | None) -> None:
    del number, frame
    raise Desync("the stream hangs")


def judge_batch(
    tally: Tally, kind: str, streams: SearchStrategy[S], examine: Callable[[S], str], count: int, number: int
) -> None:
    """Draw `count` streams and examine each; the first that fails is shrunk and ends the batch."""

    @seed(number)
    @settings(DRAWN, max_examples=count)
    @given(streams)
    def judge(stream: S) -> None:
        signal.setitimer(signal.ITIMER_REAL, PATIENCE_S)
        try:
            fate = examine(stream)
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        tally.fates[f"{kind} {fate}"] += 1
        tally.contents.add(hash(stream))

    try:
        judge()
    except Exception as problem:  # noqa: BLE001  # whatever it is, it is a finding
        notes = "\n".join(getattr(problem, "__notes__", ()))
        tally.findings.append(f"run {number}: {type(problem).__name__}: {problem}\n{notes}")


async def run(first: int, streams: int, tell: Callable[[Tally], None] = lambda tally: None) -> Tally:
    """Draw so many streams, half of them requests and half answers; `tell` hears of every batch."""
    tally = Tally()
    before = signal.signal(signal.SIGALRM, out_of_patience)
    number = first
    while tally.judged < streams and len(tally.findings) < FINDINGS:
        count = min(BATCH, streams - tally.judged)
        if number % 2:
            judge_batch(tally, "answer", answer_streams(), check_answer_stream, count, number)
        else:
            judge_batch(tally, "request", request_streams(), check_request_stream, count, number)
        number += 1
        await asyncio.sleep(0)  # what was called soon has its turn
        tell(tally)
    signal.signal(signal.SIGALRM, before)
    return tally


def main(arguments: list[str]) -> int:
    """`fuzz [STREAMS [FIRST]]`: the exit status is 1 where anything was wrong."""
    streams = int(arguments[0]) if arguments else STREAMS
    first = int(arguments[1]) if len(arguments) > 1 else random.SystemRandom().randrange(2**32)
    began = time.monotonic()

    def tell(tally: Tally) -> None:
        if tally.judged % (10 * BATCH) < BATCH:
            took = time.monotonic() - began
            sys.stderr.write(f"{tally.judged:>9,} streams judged after {took:.0f} s\n")

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        tally = runner.run(run(first, streams, tell))
    lines = [f"{count:>9,} {fate}" for fate, count in sorted(tally.fates.items())]
    lines.append(
        f"{tally.judged:,} streams judged, {len(tally.contents):,} of them different, from number {first} "
        f"in {time.monotonic() - began:.0f} s: {len(tally.findings)} found wrong"
    )
    sys.stdout.write("\n".join([*tally.findings, *lines]) + "\n")
    return 1 if tally.findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
