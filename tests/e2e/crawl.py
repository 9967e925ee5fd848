"""Clients that are slow on purpose: in sending a head, in sending a body, in reading an answer."""

import asyncio
import contextlib
import socket
import time
from dataclasses import dataclass
from typing import Literal

Kind = Literal["head", "body", "read"]

PULSE_S = 0.4
"""A slow sender sends one byte this often: often enough not to be idle, and far too slow."""

REQUESTS: dict[Kind, bytes] = {
    "head": b"GET /good HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ",
    "body": b"POST /relayed HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100000\r\n\r\n",
    "read": b"GET /relayed HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
}


@dataclass(frozen=True, slots=True)
class Ended:
    """How the gateway ended a slow connection, and how long after the request had begun."""

    after_s: float
    received: bytes


async def crawl(port: int, kind: Kind, give_up_s: float) -> Ended:
    """One slow connection until the gateway closes it. Raises TimeoutError when it does not."""
    loop = asyncio.get_running_loop()
    with socket.socket() as client:
        client.setblocking(False)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        await loop.sock_connect(client, ("127.0.0.1", port))
        began = time.monotonic()
        await loop.sock_sendall(client, REQUESTS[kind])
        async with asyncio.timeout(give_up_s):
            received = await (unread(client) if kind == "read" else dribble(loop, client))
        return Ended(time.monotonic() - began, received)


async def dribble(loop: asyncio.AbstractEventLoop, client: socket.socket) -> bytes:
    """Send a byte now and then until there is an answer; the answer."""
    answer = asyncio.ensure_future(loop.sock_recv(client, 4096))
    while not (await asyncio.wait([answer], timeout=PULSE_S))[0]:
        with contextlib.suppress(OSError):
            await loop.sock_sendall(client, b"x")
    return answer.result()


async def unread(client: socket.socket) -> bytes:
    """Read nothing until the connection is reset; what had arrived by then is lost with it."""
    while True:
        if client.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
            return b""
        await asyncio.sleep(PULSE_S)


async def crawl_together(port: int, kind: Kind, count: int, give_up_s: float) -> list[Ended]:
    """So many slow connections at once."""
    return await asyncio.gather(*[crawl(port, kind, give_up_s) for _ in range(count)])
