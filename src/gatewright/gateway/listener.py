"""The sockets that a worker accepts connections on, one per virtual host, shared with the other workers."""

import asyncio
import socket
import ssl
from dataclasses import dataclass

from gatewright.engine.context import Peer
from gatewright.gateway.http.server import Server

_BACKLOG = 2048
_UNSENT_BYTES = 128 * 1024
"""What the kernel takes of an answer beyond what it can send: megabytes for each slow reader otherwise."""


def bind(host: str, port: int) -> socket.socket:
    """A listening socket on a port that other workers may bind too. Raises OSError.

    Port 0 takes any free one.
    """
    family, kind, proto, _, address = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    listening = socket.socket(family, kind, proto)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        # tcp(7): each accepted connection inherits it, so that it costs no call of its own.
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, _UNSENT_BYTES)
        listening.bind(address)
        listening.listen(_BACKLOG)
        listening.setblocking(False)
    except OSError:
        listening.close()
        raise
    return listening


@dataclass(frozen=True, slots=True)
class Entrance:
    """One listener: which virtual host it stands for, and its TLS."""

    virtual_host: str
    tls: ssl.SSLContext | None = None

    def peer_of(self, transport: asyncio.BaseTransport) -> Peer:
        """Who has connected."""
        remote = transport.get_extra_info("peername") or ("", 0)
        local = transport.get_extra_info("sockname") or ("", 0)
        secured = transport.get_extra_info("ssl_object")
        cipher = None if secured is None else secured.cipher()
        return Peer(
            ip=remote[0],
            port=remote[1],
            local_ip=local[0],
            local_port=local[1],
            virtual_host=self.virtual_host,
            scheme="http" if self.tls is None else "https",
            server_name=None,
            tls_protocol=None if secured is None else secured.version(),
            tls_cipher=None if cipher is None else cipher[0],
            client_certificate=None if secured is None else secured.getpeercert(binary_form=True),
        )


class Listener:
    """An entrance that is open."""

    __slots__ = ("_entrance", "_listening", "_server")

    def __init__(self, entrance: Entrance, listening: socket.socket) -> None:
        self._entrance = entrance
        self._listening = listening
        self._server: asyncio.Server | None = None

    @property
    def port(self) -> int:
        return int(self._listening.getsockname()[1])

    async def open(self, server: Server, loop: asyncio.AbstractEventLoop) -> None:
        """Accept connections."""
        self._server = await loop.create_server(
            lambda: server.protocol(self._entrance),
            sock=self._listening,
            ssl=self._entrance.tls,
            backlog=_BACKLOG,
            ssl_handshake_timeout=None if self._entrance.tls is None else server.limits.head_ms / 1000,
        )

    def close(self) -> None:
        """Accept no more; connections that are there stay."""
        if self._server is not None:
            self._server.close()
        else:
            self._listening.close()
