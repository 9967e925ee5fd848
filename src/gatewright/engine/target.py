"""What the engine tells the gateway about one call to a target, and what the gateway answers."""

from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache
from urllib.parse import SplitResult, urlsplit

from gatewright.message import Request, is_surrogate

DEFAULT_PORTS = {"http": 80, "https": 443}

BODY_LIMIT = 10 * 1024 * 1024
"""Bytes of a body that is not streamed (Edge's limit on message payloads)."""


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
    NOT_ALLOWED = "the target's address may not be called"
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
    is_trusted: bool = True
    """False when the address was made from request data and must pass the deny list."""
    connect_timeout_ms: int = 3_000
    io_timeout_ms: int = 55_000
    keepalive_timeout_ms: int = 60_000
    _hash: int = field(init=False, repr=False, compare=False, default=0)

    def __post_init__(self) -> None:
        # Every call looks its pool up by its origin, so the hash is worked out once.
        parts = (
            self.scheme,
            self.host,
            self.port,
            self.address,
            self.tls,
            self.is_trusted,
            self.io_timeout_ms,
        )
        object.__setattr__(self, "_hash", hash(parts))

    def __hash__(self) -> int:
        return self._hash

    @property
    def host_header(self) -> str:
        """The Host field (RFC 9110 §7.2): without the port where it is the scheme's own."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"


@dataclass(slots=True)
class TargetCall:
    """One request to a target. `request.uri` is the whole path and query to send."""

    request: Request
    origin: Origin
    buffer_response: bool = False
    """Resume the call only when the whole body is here; else as soon as the head is."""
    response_limit: int | None = BODY_LIMIT
    """Bytes of body accepted; None for no limit."""
    host_header: str | None = None
    """Host to send instead of the origin's own."""


class TargetState:
    """What the call knows about its target: written by the engine, and by policies through `target.*`.

    Times are epoch milliseconds, 0 while the event has not happened or was not seen: the end of a body that
    is passed on as it comes is nobody's to see, and a proxy that never asks for times keeps none.
    """

    # Most calls leave all of these alone: they cost nothing until they are written.
    copy_path_suffix: bool = True
    copy_query: bool = True
    is_url_changed: bool = False
    sent_start_ms: int = 0
    sent_end_ms: int = 0
    received_start_ms: int = 0
    received_end_ms: int = 0
    flow_query: str | None = None
    """The query as the flow has it, while the request carries another one to the target."""
    ip: str | None = None

    def __init__(self, name: str, url: str) -> None:
        self.name = name
        self.url = url


class InvalidTargetUrl(ValueError):
    """Not an absolute http or https URL; the text says why."""


@lru_cache(maxsize=4096)
def parse_target_url(url: str) -> SplitResult:
    """Split an absolute http(s) URL. Raises InvalidTargetUrl."""
    if any(character <= " " or character == "\x7f" or is_surrogate(character) for character in url):
        raise InvalidTargetUrl("blanks and control characters are not allowed")
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as problem:
        raise InvalidTargetUrl(str(problem)) from None
    if parts.scheme not in DEFAULT_PORTS:
        raise InvalidTargetUrl(f"the scheme must be http or https, not {parts.scheme!r}")
    if not host:
        raise InvalidTargetUrl("there is no host")
    if parts.username is not None:
        raise InvalidTargetUrl("user information is not allowed")
    return parts
