"""A worker's HTTP side without sockets: transports that remember, an application that is told what to do."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import cast

from gatewright.engine.context import Peer
from gatewright.engine.target import Origin, TargetCall, TargetFailed
from gatewright.gateway.http.calls import Handling, Outcome, Run
from gatewright.gateway.http.dates import Dates
from gatewright.gateway.http.downstream import Downstream
from gatewright.gateway.http.limits import Limits
from gatewright.gateway.http.outbox import Outbox
from gatewright.gateway.http.pool import Pool, Pools
from gatewright.gateway.http.server import Server
from gatewright.gateway.http.timers import TICK_MS, Timers
from gatewright.gateway.http.upstream import Upstream
from gatewright.gateway.http.wiring import Wiring
from gatewright.gateway.tasks import Tasks
from gatewright.message import Headers, Request, Response

ORIGIN = Origin("http", "target.example", 8080)

Flow = Callable[[Request], Run]


class Undated(Dates):
    """Adds no Date, so that tests can compare heads to the letter; test_dates.py has what is added."""

    def __init__(self) -> None:
        super().__init__(lambda: 0)

    def line_for(self, headers: Headers) -> bytes:
        del headers
        return b""


class FakeTransport(asyncio.Transport):
    """Remembers what is written; fills up when told to."""

    def __init__(self, protocol: asyncio.Protocol) -> None:
        super().__init__()
        self.protocol = protocol
        self.written = b""
        self.is_reading_paused = False
        self.has_eof = False
        self.is_closed = False
        self.is_aborted = False
        self.unsent = 0

    def write(self, data: bytes | bytearray | memoryview) -> None:
        if not self.is_closed:
            self.written += bytes(data)

    def write_eof(self) -> None:
        self.has_eof = True

    def can_write_eof(self) -> bool:
        return True

    def close(self) -> None:
        self.is_closed = True

    def abort(self) -> None:
        self.is_closed = self.is_aborted = True

    def is_closing(self) -> bool:
        return self.is_closed

    def pause_reading(self) -> None:
        self.is_reading_paused = True

    def resume_reading(self) -> None:
        self.is_reading_paused = False

    def get_write_buffer_size(self) -> int:
        return self.unsent

    def get_extra_info(self, name: str, default: object = None) -> object:
        del name
        return default


class End:
    """One connection, seen from its far end."""

    def __init__(self, protocol: Downstream | Upstream, outbox: Outbox) -> None:
        self.protocol = protocol
        self._outbox = outbox
        self.transport = FakeTransport(protocol)
        protocol.connection_made(self.transport)

    @property
    def received(self) -> bytes:
        """What the gateway has written when the loop's turn is over."""
        self._outbox.flush()
        return self.transport.written

    def take(self) -> bytes:
        written, self.transport.written = self.received, b""
        return written

    def send(self, *parts: bytes) -> None:
        for part in parts:
            if not self.transport.is_closed:
                self.protocol.data_received(part)

    def send_eof(self) -> None:
        if not self.protocol.eof_received():
            self.transport.close()
            self.lose()

    def lose(self) -> None:
        self.protocol.connection_lost(None)

    @property
    def is_over(self) -> bool:
        """The gateway will write no more and has said so."""
        return self.transport.is_closed or self.transport.has_eof


def end_of(pool: Pool) -> End:
    """The target's end of a new connection of that pool."""
    return End(pool.new_connection(), pool.wiring.outbox)


class FakeEntrance:
    def peer_of(self, transport: asyncio.BaseTransport) -> Peer:
        del transport
        return Peer("192.0.2.1", 50000, "192.0.2.2", 80, "default", "http")


@dataclass
class ScriptedCall:
    """One request as the application saw it."""

    request: Request
    flow: Flow
    buffers_request: bool
    request_limit: int | None
    outcomes: list[Outcome] = field(default_factory=list)
    wants_finish: bool = True

    def run(self) -> Run:
        return self.flow(self.request)

    def fail(self) -> Response:
        return Response(500, "Internal Server Error", content=b"defect")

    def finish(self, outcome: Outcome) -> None:
        self.outcomes.append(outcome)


@dataclass
class ScriptedApplication:
    flow: Flow
    buffers_request: bool = False
    request_limit: int | None = 10 * 1024 * 1024
    calls: list[ScriptedCall] = field(default_factory=list)
    peers: list[Peer] = field(default_factory=list)

    def handle(self, request: Request, peer: Peer) -> Handling:
        self.peers.append(peer)
        call = ScriptedCall(request, self.flow, self.buffers_request, self.request_limit)
        self.calls.append(call)
        return call


def passing(
    *, buffer_response: bool = False, origin: Origin = ORIGIN, response_limit: int | None = 10 * 1024 * 1024
) -> Flow:
    """Send every request on; a target's failure is answered with 502 and its name."""

    def flow(request: Request) -> Run:
        try:
            response = yield TargetCall(request, origin, buffer_response, response_limit)
        except TargetFailed as failed:
            return Response(502, "Bad Gateway", content=failed.failure.name.encode())
        return cast(Response, response)

    return flow


def answering(response: Callable[[Request], Response]) -> Flow:
    """Answer without a target."""

    def flow(request: Request) -> Run:
        yield from ()
        return response(request)

    return flow


class Rig:
    """A server with its connections in memory. The clock stands still unless moved."""

    def __init__(
        self,
        flow: Flow | None = None,
        *,
        limits: Limits | None = None,
        buffers_request: bool = False,
        dates: Dates | None = None,
    ) -> None:
        loop = asyncio.get_running_loop()
        self.application = ScriptedApplication(flow or passing(), buffers_request)
        self.timers = Timers(loop)
        self.tasks = Tasks(loop)
        self.wiring = Wiring(
            loop, Outbox(loop), self.timers, self.tasks, limits or Limits(), dates or Undated()
        )
        self.pools = Pools(self.wiring)
        self.server = Server(self.application, self.wiring, self.pools)

    def client(self) -> End:
        return End(self.server.protocol(FakeEntrance()), self.wiring.outbox)

    def target(self) -> End:
        """A kept connection to ORIGIN, the next one to be used."""
        self.pools.hold(ORIGIN)
        pool = self.pools.of(ORIGIN)
        end = end_of(pool)
        pool.put_back(cast(Upstream, end.protocol))
        return end

    def pass_ms(self, milliseconds: int) -> None:
        """Let so much time go by for the deadlines."""
        for _ in range(milliseconds // TICK_MS + 2):
            self.timers.turn()

    @property
    def outcomes(self) -> list[Outcome]:
        return [outcome for call in self.application.calls for outcome in call.outcomes]


def status_of(answer: bytes) -> int:
    """The status of the first answer in the bytes; 0 when there is none."""
    return int(answer[9:12]) if answer.startswith(b"HTTP/1.1 ") else 0
