"""A gateway worker: one process that serves calls from its snapshot and follows the store's changes."""

import asyncio
import gc
import logging
import socket
import uuid

from gatewright.config import Settings
from gatewright.engine.context import MessageIds, Runtime
from gatewright.engine.ports import Ports
from gatewright.engine.snapshot import NOTHING
from gatewright.gateway import child
from gatewright.gateway.application import Gateway, GatewayApplication
from gatewright.gateway.background import Background
from gatewright.gateway.deployer import Deployer
from gatewright.gateway.descriptors import clients_within, raise_limit
from gatewright.gateway.folder import DataFolder
from gatewright.gateway.follow import Follow
from gatewright.gateway.http.dates import Dates
from gatewright.gateway.http.limits import Limits
from gatewright.gateway.http.outbox import Outbox
from gatewright.gateway.http.pool import Pools
from gatewright.gateway.http.server import Server
from gatewright.gateway.http.timers import Timers
from gatewright.gateway.http.wiring import Wiring
from gatewright.gateway.listener import Entrance, Listener, bind
from gatewright.gateway.loading import loader
from gatewright.gateway.prepared import Prepared
from gatewright.gateway.redirects import redirects
from gatewright.gateway.tasks import Tasks
from gatewright.gateway.tls import server_context
from gatewright.policies import policy_types
from gatewright.services.chance import SystemChance
from gatewright.services.clock import SystemClock
from gatewright.services.memory.counters import MemoryCounters
from gatewright.services.sql.clients import SqlClients
from gatewright.services.sql.tokens import SqlTokens
from gatewright.store import Store

log = logging.getLogger(__name__)

DRAIN_S = 30.0
AFTERWARDS_S = 3.0
"""How long PostClientFlows may take once the last answer has gone out."""


def main(settings: Settings, prepared: Prepared, number: int) -> None:
    """The process's entry point. Ends with 0 after a drain."""
    child.run(f"worker-{number}", serve(settings, prepared, number))


async def serve(settings: Settings, prepared: Prepared, number: int) -> None:
    """Serve until told to stop, then finish what has been accepted."""
    folder = DataFolder(settings.data)
    store = Store.open(folder.database, prepared.key, now_ms=SystemClock().now_ms)
    worker = Worker(settings, prepared, store, number)
    try:
        await worker.start()
        await child.told_to_stop()
        await worker.stop()
    finally:
        store.close()


def limits_of(settings: Settings, descriptors: int) -> Limits:
    """How slow and how many clients may be, as the settings and the limit on open files say."""
    return Limits(
        head_ms=settings.client_head_timeout_ms,
        body_idle_ms=settings.client_body_timeout_ms,
        body_bytes_per_s=settings.client_min_bytes_per_s,
        keepalive_ms=settings.client_keepalive_timeout_ms,
        write_idle_ms=settings.client_read_timeout_ms,
        connections=_connections(settings.connections_per_worker, descriptors),
        connections_per_client=settings.connections_per_client,
    )


def _connections(wanted: int | None, descriptors: int) -> int:
    possible = clients_within(descriptors)
    if wanted is None or wanted <= possible:
        return wanted or possible
    log.warning(
        "connections_per_worker is more than the limit on open files has room for: raise it (ulimit -n)",
        extra={"wanted": wanted, "possible": possible, "open_files": descriptors},
    )
    return possible


class Worker:
    """The parts of one worker, and their life from the first snapshot to the end of the drain."""

    def __init__(self, settings: Settings, prepared: Prepared, store: Store, number: int) -> None:
        loop = asyncio.get_running_loop()
        folder = DataFolder(settings.data)
        self._settings = settings
        self._folder = folder
        self._id = f"{socket.gethostname()}-{number}-{uuid.uuid4()}"
        self._tasks = Tasks(loop)
        self._afterwards = Tasks(loop)
        clock = SystemClock()
        self._clients = SqlClients(store)
        self._tokens = SqlTokens(store)
        ports = Ports(
            clock=clock,
            chance=SystemChance(),
            clients=self._clients,
            tokens=self._tokens,
            counters=MemoryCounters.open(folder.counters),
            redirects=redirects(settings, prepared.stand_in_port),
        )
        gateway = Gateway(NOTHING)
        runtime = Runtime(clock, MessageIds(f"{number}-{uuid.uuid4().hex[:12]}"), self._id)
        self._timers = Timers(loop)
        dates = Dates(clock.now_ms)
        wiring = Wiring(
            loop,
            Outbox(loop),
            self._timers,
            self._tasks,
            limits_of(settings, raise_limit()),
            dates,
            settings.allow_private_targets,
        )
        application = GatewayApplication(
            gateway, runtime, Background(self._afterwards), trusted_proxies=settings.trusted_proxies
        )
        self._pools = Pools(wiring)
        self._server = Server(application, wiring, self._pools)
        deployer = Deployer(store, gateway, loader(policy_types(), ports), self._id, self._pools)
        self._follow = Follow(store, deployer, self._id, (self._clients, self._tokens))
        self._listeners: list[Listener] = []

    async def start(self) -> None:
        """Compile what is deployed, then open the ports, then say so to the store."""
        await self._follow.first()
        self._timers.start()
        loop = asyncio.get_running_loop()
        host = self._settings.host
        tls = server_context(self._folder.certificate)
        for entrance, port in (
            (Entrance("default"), self._settings.http_port),
            (Entrance("secure", tls), self._settings.https_port),
        ):
            listener = Listener(entrance, bind(host, port))
            await listener.open(self._server, loop)
            self._listeners.append(listener)
        await self._follow.greet()
        # What lives now lives as long as the process: keep the collector from walking it again and again.
        gc.collect()
        gc.freeze()
        gc.set_threshold(50_000, 20, 50)
        self._tasks.start(self._follow.forever())

    async def stop(self) -> None:
        """No new connections; calls that are under way get their answers and what follows them."""
        for listener in self._listeners:
            listener.close()
        self._server.begin_drain()
        was_clean = await self._server.drained(DRAIN_S)
        if not was_clean:
            log.warning("connections were still open at the end of the drain and have been cut")
        if not await self._afterwards.finished(AFTERWARDS_S):
            log.warning("PostClientFlows were still running at the end of the drain and have been cut")
        self._pools.close()
        self._timers.stop()
        await self._afterwards.cancel_all()
        await self._tasks.cancel_all()
        await self._follow.farewell()
