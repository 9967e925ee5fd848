"""What the HTTP side and whoever answers requests say to each other.

A call is a generator. It yields a TargetCall to have a request sent to a target, and is resumed with the
Response or has TargetFailed thrown in; it yields any other awaitable to have it awaited. What it returns is
the Response for the client. Nothing here does I/O.
"""

from collections.abc import Awaitable, Generator
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol, TypeAlias

from gatewright.message import Request, Response


class Failure(Enum):
    """How a target can fail to answer."""

    DNS = "the target's name cannot be resolved"
    CONNECT = "the target cannot be connected to"
    CONNECT_TIMEOUT = "the target did not accept the connection in time"
    TLS = "the TLS handshake with the target failed"
    TIMEOUT = "the target did not answer in time"
    EOF = "the target closed the connection before its answer was complete"
    MALFORMED = "the target's answer is not valid HTTP"
    TOO_BIG = "the target's answer is too big"
    REQUEST = "the client's request broke off before it was complete"


class TargetFailed(Exception):
    """No usable answer. `detail` is for the log and the trace, never for the client."""

    def __init__(self, failure: Failure, detail: str = "") -> None:
        super().__init__(f"{failure.value}: {detail}" if detail else failure.value)
        self.failure = failure
        self.detail = detail


@dataclass(frozen=True, slots=True)
class TargetTls:
    """How a target's certificate is checked and what we show it. Files are PEM."""

    verify: bool = True
    server_name: str | None = None
    """The name sent in SNI and checked against the certificate; None takes the origin's host."""
    trust_pem: str | None = None
    """Certificates to trust instead of the system's."""
    certificate_pem: str | None = None
    """Our chain followed by its key, for targets that ask for a client certificate."""
    ciphers: str | None = None
    minimum: str = "TLSv1.2"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a target lives and how long it may take: what a connection can be shared by."""

    scheme: str
    host: str
    port: int
    address: tuple[str, int] | None = None
    """Connect here instead (`--resolve`); Host and SNI stay those of `host`."""
    tls: TargetTls | None = None
    connect_timeout_ms: int = 3_000
    io_timeout_ms: int = 55_000
    keepalive_timeout_ms: int = 60_000
    _hash: int = field(init=False, repr=False, compare=False, default=0)

    def __post_init__(self) -> None:
        # Every call looks its pool up by its origin, so the hash is worked out once.
        parts = (self.scheme, self.host, self.port, self.address, self.tls, self.io_timeout_ms)
        object.__setattr__(self, "_hash", hash(parts))

    def __hash__(self) -> int:
        return self._hash

    @property
    def host_header(self) -> str:
        """The Host field (RFC 9110 §7.2): without the port where it is the scheme's own."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        own = 443 if self.scheme == "https" else 80
        return host if self.port == own else f"{host}:{self.port}"


@dataclass(slots=True)
class TargetCall:
    """One request to a target. `request.uri` is the whole path and query to send."""

    request: Request
    origin: Origin
    buffer_response: bool = False
    """Resume the call only when the whole body is here; else as soon as the head is."""
    response_limit: int | None = 10 * 1024 * 1024
    """Bytes of body accepted; None for no limit."""
    host_header: str | None = None
    """Host to send instead of the origin's own."""


Run: TypeAlias = "Generator[TargetCall | Awaitable[object], object, Response]"


@dataclass(frozen=True, slots=True)
class Peer:
    """Who is on the other end of a client's connection, and which listener it came in by."""

    ip: str
    port: int
    local_ip: str
    local_port: int
    virtual_host: str
    scheme: str
    server_name: str | None = None
    """The name the client asked for in SNI."""
    tls_protocol: str | None = None
    tls_cipher: str | None = None
    client_certificate: bytes | None = None
    """DER."""


class Outcome(Enum):
    """How a call ended for its client."""

    SENT = "the response was written"
    CLIENT_LEFT = "the client closed the connection first"
    BROKEN_OFF = "the response had begun and could not be completed"


class Handling(Protocol):
    """One request being answered: what the application made of its head."""

    buffers_request: bool
    """Wait for the whole request body before `run` starts."""
    request_limit: int | None
    """Bytes of request body accepted; None for no limit."""

    def run(self) -> Run: ...

    def finish(self, outcome: Outcome) -> None:
        """Called once, off the client's path, after the last byte of the response was handed over."""
        ...


class Application(Protocol):
    """Whoever answers requests."""

    def handle(self, request: Request, peer: Peer) -> Handling:
        """Called with the head. The body is in `request.content` if already here, else in a stream."""
        ...
