"""A target on loopback that does as it is told, and a gateway in front of it, over real sockets."""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from tests.gateway.http.rig import Flow, ScriptedApplication, Undated, passing

from gatewright.engine.target import Origin
from gatewright.gateway.http.limits import Limits
from gatewright.gateway.http.outbox import Outbox
from gatewright.gateway.http.pool import Pools
from gatewright.gateway.http.server import Server
from gatewright.gateway.http.timers import Timers
from gatewright.gateway.http.wiring import Wiring
from gatewright.gateway.listener import Entrance, Listener, bind
from gatewright.gateway.tasks import Tasks

Script = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class ScriptedOrigin:
    """Runs one script per connection."""

    script: Script
    port: int = 0
    connections: int = 0
    open: int = 0
    """Of the connections, those whose script still runs."""
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when a script has run to its end."""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.open += 1
        try:
            await self.script(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            self.open -= 1
            self.ended.set()
            writer.close()

    async def has_open(self, at_most: int) -> None:
        """Returns when there are no more connections than that. Raises TimeoutError."""
        async with asyncio.timeout(5):
            while self.open > at_most:
                self.ended.clear()
                await self.ended.wait()

    @property
    def origin(self) -> Origin:
        return Origin("http", "127.0.0.1", self.port)


@asynccontextmanager
async def target(script: Script) -> AsyncIterator[ScriptedOrigin]:
    origin = ScriptedOrigin(script)
    server = await asyncio.start_server(origin.serve, "127.0.0.1", 0)
    origin.port = server.sockets[0].getsockname()[1]
    try:
        yield origin
    finally:
        server.close()


@dataclass
class Running:
    """A gateway on loopback."""

    port: int
    server: Server
    listener: Listener
    application: ScriptedApplication
    pools: Pools

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection("127.0.0.1", self.port)

    async def ask(self, request: bytes) -> bytes:
        """Everything the gateway says to a request on a connection of its own, until it closes."""
        reader, writer = await self.connect()
        writer.write(request)
        try:
            return await asyncio.wait_for(reader.read(-1), 10)
        finally:
            writer.close()


@asynccontextmanager
async def gateway(
    flow: Flow | Origin, *, limits: Limits | None = None, entrance: Entrance | None = None
) -> AsyncIterator[Running]:
    loop = asyncio.get_running_loop()
    timers, tasks = Timers(loop), Tasks(loop)
    timers.start()
    wiring = Wiring(loop, Outbox(loop), timers, tasks, limits or Limits(), Undated())
    pools = Pools(wiring)
    application = ScriptedApplication(passing(origin=flow) if isinstance(flow, Origin) else flow)
    server = Server(application, wiring, pools)
    listener = Listener(entrance or Entrance("default"), bind("127.0.0.1", 0))
    await listener.open(server, loop)
    try:
        yield Running(listener.port, server, listener, application, pools)
    finally:
        listener.close()
        server.begin_drain()
        await server.drained(0)
        pools.close()
        timers.stop()
        await tasks.cancel_all()
        await asyncio.sleep(0.01)


async def read_head(reader: asyncio.StreamReader) -> bytes:
    return await reader.readuntil(b"\r\n\r\n")


def reset(writer: asyncio.StreamWriter) -> None:
    """Close so that the other side gets RST."""
    raw: socket.socket = writer.get_extra_info("socket")
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


def serving(answer: bytes) -> Script:
    """Answer every request on a connection alike."""

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            await read_head(reader)
            writer.write(answer)
            await writer.drain()

    return script
