"""Connections to targets: kept alive per origin, newest first, and made when none is at hand."""

import asyncio
import contextlib
import errno
import ssl
from socket import gaierror

from gatewright.engine.target import Failure, Origin, TargetCall, TargetFailed
from gatewright.gateway.http.addresses import AddressNotAllowed, public_addresses
from gatewright.gateway.http.tls import target_context
from gatewright.gateway.http.upstream import Caller, Upstream
from gatewright.gateway.http.wiring import Wiring

_NO_DESCRIPTOR = (errno.EMFILE, errno.ENFILE)
_CLOSING_S = 0.01
"""How long the event loop may take to close what was told to close."""
VISITED_AT_MOST = 64
"""Origins that connections are kept to though no snapshot names them."""


class Pools:
    """The pools of a worker, by origin. Mutable.

    A snapshot holds the origins it knows; a pool lives while somebody holds it or it has connections. Calls
    also go where a policy's `target.url` leads, which a client may have a say in: of those origins only the
    latest keep connections.
    """

    __slots__ = ("_held", "_pools", "_visited", "_wiring")

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        self._pools: dict[Origin, Pool] = {}
        self._held: frozenset[Origin] = frozenset()
        self._visited: dict[Pool, None] = {}  # with idle connections and held by nobody; the latest last

    def send(self, call: TargetCall, caller: Caller) -> None:
        """Send over a kept connection, at once, or over a new one."""
        self.of(call.origin).send(call, caller)

    def hold(self, origin: Origin) -> None:
        """Keep the origin's pool until `release` is called as often."""
        pool = self.of(origin)
        pool.holders += 1
        pool.is_retired = False
        self._visited.pop(pool, None)

    def release(self, origin: Origin) -> None:
        """Connections in use finish their call; idle ones are closed with the last holder."""
        pool = self._pools[origin]
        pool.holders -= 1
        if pool.holders == 0:
            pool.retire()
            del self._pools[origin]  # whoever calls there all the same gets a pool that keeps connections

    def hold_only(self, origins: frozenset[Origin]) -> None:
        """Hold these, and no longer what was held by the last call of this."""
        before, self._held = self._held, origins
        for origin in origins - before:
            self.hold(origin)
        for origin in before - origins:
            self.release(origin)

    def visited(self, pool: "Pool") -> None:
        """A pool that nobody holds keeps a connection now: the one unused for longest may have to go."""
        self._visited.pop(pool, None)
        self._visited[pool] = None
        if len(self._visited) > VISITED_AT_MOST:
            oldest = next(iter(self._visited))
            oldest.retire()
            self._drop(oldest)

    def forget_if_unused(self, pool: "Pool") -> None:
        if pool.holders == 0 and not pool.has_connections:
            self._drop(pool)

    def _drop(self, pool: "Pool") -> None:
        self._visited.pop(pool, None)
        if self._pools.get(pool.origin) is pool:
            del self._pools[pool.origin]

    def close_idle(self) -> None:
        """Close every idle connection; those that come back are kept again."""
        for pool in list(self._pools.values()):
            pool.close_idle()

    def close(self) -> None:
        """Close every idle connection and let none be kept."""
        for pool in list(self._pools.values()):
            pool.retire()

    def __len__(self) -> int:
        return len(self._pools)

    def of(self, origin: Origin) -> "Pool":
        """The pool of an origin, made when there is none."""
        pool = self._pools.get(origin)
        if pool is None:
            pool = self._pools[origin] = Pool(origin, self._wiring, self)
        return pool


class Pool:
    """Connections to one origin. Mutable."""

    __slots__ = (
        "_all",
        "_context",
        "_idle",
        "_owner",
        "_wiring",
        "holders",
        "host_header",
        "is_retired",
        "origin",
    )

    def __init__(self, origin: Origin, wiring: Wiring, owner: Pools) -> None:
        self.origin = origin
        self.host_header = origin.host_header
        self.holders = 0
        self.is_retired = False
        self._wiring = wiring
        self._owner = owner
        self._idle: list[Upstream] = []
        self._all: set[Upstream | Connecting] = set()
        self._context: ssl.SSLContext | None = None

    @property
    def has_connections(self) -> bool:
        return bool(self._all)

    @property
    def idle_count(self) -> int:
        return len(self._idle)

    def send(self, call: TargetCall, caller: Caller) -> None:
        idle = self._idle
        if idle:
            idle.pop().send(call, caller)
        else:
            self.send_afresh(call, caller)

    def send_afresh(self, call: TargetCall, caller: Caller) -> None:
        connecting = Connecting(self, call, caller)
        self._all.add(connecting)
        caller.carrier = connecting
        connecting.start()

    def put_back(self, connection: Upstream) -> None:
        if self.is_retired:
            connection.close()
            return
        self._idle.append(connection)
        connection.keep(self.origin.keepalive_timeout_ms)
        if not self.holders:
            self._owner.visited(self)

    def forget(self, connection: "Upstream | Connecting") -> None:
        self._all.discard(connection)
        if isinstance(connection, Upstream):
            with contextlib.suppress(ValueError):
                self._idle.remove(connection)
        self._owner.forget_if_unused(self)

    def retire(self) -> None:
        """Close what is idle, and from now on whatever comes back."""
        self.is_retired = True
        self.close_idle()

    def close_idle(self) -> None:
        for connection in self._idle:
            connection.close()
        self._idle.clear()

    async def make_room(self) -> None:
        """Let go of what no call needs, of any origin: the process may open no more files."""
        self._owner.close_idle()
        await asyncio.sleep(_CLOSING_S)

    def new_connection(self) -> Upstream:
        """A protocol for a connection about to be made."""
        connection = Upstream(self, self._wiring.outbox, self._wiring.timers, self._wiring.limits)
        self._all.add(connection)
        return connection

    @property
    def wiring(self) -> Wiring:
        return self._wiring

    def tls_context(self) -> ssl.SSLContext | None:
        """Made at the first connection: reading the system's certificates takes milliseconds."""
        if self._context is None and self.origin.scheme == "https":
            self._context = target_context(self.origin.tls)
        return self._context


class Connecting:
    """One attempt to connect, for one call."""

    __slots__ = ("_call", "_caller", "_pool", "_task")

    def __init__(self, pool: Pool, call: TargetCall, caller: Caller) -> None:
        self._pool = pool
        self._call = call
        self._caller: Caller | None = caller
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = self._pool.wiring.tasks.start(self._run())

    def cancel(self) -> None:
        self._caller = None
        if self._task is not None:
            self._task.cancel()

    async def _run(self) -> None:
        try:
            outcome = await self._connect()
        finally:
            self._pool.forget(self)
        caller = self._caller
        if isinstance(outcome, TargetFailed):
            if caller is not None:
                caller.target_failed(outcome)
        elif caller is None:
            outcome.close()
        else:
            outcome.send(self._call, caller)

    async def _connect(self) -> Upstream | TargetFailed:
        """An open connection, or how it failed: every foreign exception becomes a Failure here."""
        try:
            async with asyncio.timeout(self._call.origin.connect_timeout_ms / 1000):
                return await self._open_with_room()
        except TimeoutError:
            return TargetFailed(Failure.CONNECT_TIMEOUT)
        except ssl.SSLError as problem:
            return TargetFailed(Failure.TLS, str(problem))
        except gaierror as problem:
            return TargetFailed(Failure.DNS, str(problem))
        except AddressNotAllowed as problem:
            return TargetFailed(Failure.NOT_ALLOWED, problem.host)
        except OSError as problem:
            return TargetFailed(Failure.CONNECT, str(problem))

    async def _open_with_room(self) -> Upstream:
        try:
            return await self._open()
        except OSError as problem:
            if problem.errno not in _NO_DESCRIPTOR:
                raise
        await self._pool.make_room()
        return await self._open()

    async def _open(self) -> Upstream:
        pool, origin = self._pool, self._pool.origin
        host, port = origin.address or (origin.host, origin.port)
        if not origin.is_trusted and not pool.wiring.allows_private_targets:
            host = (await public_addresses(pool.wiring.loop, host, port))[0]
        context = pool.tls_context()
        connection = pool.new_connection()
        try:
            await pool.wiring.loop.create_connection(
                lambda: connection,
                host,
                port,
                ssl=context,
                server_hostname=_server_name(origin) if context else None,
            )
        except BaseException:
            pool.forget(connection)
            raise
        return connection


def _server_name(origin: Origin) -> str:
    return (origin.tls and origin.tls.server_name) or origin.host
