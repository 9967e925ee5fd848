"""A client and a target of our own for long runs: every answer is looked at, and nothing has to be installed.

Both live in one event loop. They are quick enough to keep a worker busy from another core, and count exactly,
which wrk does not: it stops by time.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from typing import cast

ANSWER = b'{"items":[' + b",".join(b'{"id":%d}' % number for number in range(90)) + b"]}"
_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (
    len(ANSWER),
    ANSWER,
)
_LENGTH = b"\r\nContent-Length: "


class _Target(asyncio.Protocol):
    """Answers every request, none of which has a body."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is none by its class
        self._rest = b""

    def data_received(self, data: bytes) -> None:
        *heads, self._rest = (self._rest + data).split(b"\r\n\r\n")
        self._transport.write(_ANSWER * len(heads))


@asynccontextmanager
async def target() -> AsyncIterator[int]:
    """A target on loopback; gives its port."""
    server = await asyncio.get_running_loop().create_server(_Target, "127.0.0.1", 0)
    try:
        yield int(server.sockets[0].getsockname()[1])
    finally:
        server.close()


class Clients:
    """Clients with a kept connection each that call one path after the other, as often as told. Mutable.

    A connection that ends before its answer is a failure, and its client calls no more.
    """

    def __init__(self, port: int, paths: Iterator[str], headers: Mapping[str, str]) -> None:
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        self._port = port
        self._paths = paths
        self._tail = f" HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{lines}\r\n".encode()
        self._left = 0
        self._busy = 0
        self._done = asyncio.Event()
        self.statuses: Counter[int] = Counter()
        self.broken = 0

    async def call(self, requests: int, connections: int) -> None:
        """Make so many calls. Raises OSError when the gateway cannot be connected to."""
        self._left = requests
        self._done.clear()
        loop = asyncio.get_running_loop()
        self._busy = min(connections, requests)
        made = [
            await loop.create_connection(lambda: _Client(self), "127.0.0.1", self._port)
            for _ in range(self._busy)
        ]
        await self._done.wait()
        for transport, _ in made:
            transport.close()

    def stop(self) -> None:
        """Make no more calls than have begun."""
        self._left = 0

    def next_request(self) -> bytes | None:
        if self._left <= 0:
            self._busy -= 1
            if not self._busy:
                self._done.set()
            return None
        self._left -= 1
        return b"GET " + next(self._paths).encode() + self._tail

    def broke_off(self) -> None:
        self.broken += 1
        self._busy -= 1
        if not self._busy:
            self._done.set()


class _Client(asyncio.Protocol):
    def __init__(self, clients: Clients) -> None:
        self._clients = clients
        self._received = b""
        self._is_waiting = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is none by its class
        self._send()

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, found, body = self._received.partition(b"\r\n\r\n")
        at = head.find(_LENGTH)
        if not found or len(body) < int(head[at + len(_LENGTH) :].partition(b"\r")[0]):
            return
        self._clients.statuses[int(head[9:12])] += 1
        self._received = b""
        self._is_waiting = False
        self._send()

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        if self._is_waiting:
            self._clients.broke_off()

    def _send(self) -> None:
        request = self._clients.next_request()
        if request is not None:
            self._is_waiting = True
            self._transport.write(request)
