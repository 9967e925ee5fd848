"""A worker's HTTP server: the connections it has, who answers them, and how it stops."""

import asyncio
import contextlib
import logging

from gatewright.gateway.http.admission import Admission, NoRoom
from gatewright.gateway.http.calls import Application, Handling, Outcome, Peer
from gatewright.gateway.http.downstream import Downstream, Entrance
from gatewright.gateway.http.exchange import Exchange
from gatewright.gateway.http.pool import Pools
from gatewright.gateway.http.refusal import internal_error
from gatewright.gateway.http.wiring import Wiring
from gatewright.message import Request

log = logging.getLogger(__name__)


class Server:
    """One per worker. Mutable."""

    __slots__ = (
        "_admission",
        "_all_gone",
        "_application",
        "_connections",
        "_ended",
        "_wiring",
        "dates",
        "is_draining",
        "limits",
        "outbox",
        "pools",
        "tasks",
        "timers",
    )

    def __init__(self, application: Application, wiring: Wiring, pools: Pools) -> None:
        self._application = application
        self._wiring = wiring
        self._connections: set[Downstream] = set()
        self._admission = Admission(wiring.limits, wiring.loop.time)
        self._ended: list[tuple[Exchange, Outcome]] = []
        self._all_gone = asyncio.Event()
        self.outbox = wiring.outbox
        self.timers = wiring.timers
        self.limits = wiring.limits
        self.dates = wiring.dates
        self.tasks = wiring.tasks
        self.pools = pools
        self.is_draining = False

    def protocol(self, entrance: Entrance) -> Downstream:
        """A protocol for a connection that comes in by that listener."""
        return Downstream(self, entrance)

    @property
    def connection_count(self) -> int:
        return len(self._connections)

    # What connections ask for.

    def admit(self, connection: Downstream, peer: Peer) -> None:
        self._connections.add(connection)
        try:
            self._admission.enter(peer.ip)
        except NoRoom:
            connection.abort()

    def dismiss(self, connection: Downstream, peer: Peer) -> None:
        self._connections.discard(connection)
        if not self._connections:
            self._all_gone.set()
        self._admission.leave(peer.ip)

    def handle(self, request: Request, peer: Peer) -> Handling:
        try:
            return self._application.handle(request, peer)
        except Exception:
            log.exception("no proxy could be found for a request")
            raise internal_error() from None

    def finished(self, exchange: Exchange, outcome: Outcome) -> None:
        if not self._ended:
            self._wiring.loop.call_soon(self.finish_ended)
        self._ended.append((exchange, outcome))

    def finish_ended(self) -> None:
        """Run the application's hooks for what has ended."""
        self.outbox.flush()
        ended, self._ended = self._ended, []
        for exchange, outcome in ended:
            exchange.finish(outcome)

    # Stopping.

    def begin_drain(self) -> None:
        """From now on every answer is its connection's last, and idle connections are closed."""
        self.is_draining = True
        for connection in list(self._connections):
            connection.drain()

    async def drained(self, within_s: float) -> bool:
        """Wait until no connection is left; those that are after that time are aborted. True if none was."""
        if self._connections:
            self._all_gone.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._all_gone.wait(), within_s)
        was_clean = not self._connections
        for connection in list(self._connections):
            connection.abort()
        return was_clean
