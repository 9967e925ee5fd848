"""What the engine tells the gateway about one call to a target, and what the gateway answers."""

import enum
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import SplitResult, urlsplit

from gatewright.message import Request


@dataclass(frozen=True, slots=True)
class TlsOptions:
    """How to speak TLS to a target. The backend's certificate is verified unless `ignore_errors`."""

    ignore_errors: bool = False
    common_name: str | None = None
    protocols: tuple[str, ...] = ()
    ciphers: tuple[str, ...] = ()
    key_store: str | None = None
    key_alias: str | None = None
    trust_store: str | None = None


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Milliseconds; the defaults are Edge's (docs: Endpoint properties reference)."""

    connect_ms: int = 3_000
    io_ms: int = 55_000
    keepalive_ms: int = 60_000


@dataclass(frozen=True, slots=True)
class Origin:
    """An address to connect to, and the settings that connections to it share. Pools are keyed by it."""

    scheme: str
    host: str
    port: int
    timeouts: Timeouts = Timeouts()
    tls: TlsOptions | None = None
    is_trusted: bool = True
    """False when the address was made from request data and must pass the deny list."""

    @property
    def authority(self) -> str:
        """What goes into the Host field (RFC 9110 §7.2): no port where it is the scheme's own."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"


DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(slots=True)
class TargetState:
    """What the call knows about its target: written by the engine, and by policies through `target.*`."""

    name: str
    url: str
    copy_path_suffix: bool = True
    copy_query: bool = True
    is_url_changed: bool = False
    sent_uri: str = ""
    sent_start_ms: int = 0
    sent_end_ms: int = 0
    received_start_ms: int = 0
    received_end_ms: int = 0
    ip: str | None = None


@dataclass(slots=True)
class TargetCall:
    """Yielded by the engine: send `request` to `origin` and resume with its Response.

    `uri` is the path and query to send. `buffers_response` asks for the whole body before resuming; else the
    response comes as soon as its head is there, with the body still in its stream.
    """

    request: Request
    origin: Origin
    uri: str
    buffers_response: bool
    state: TargetState


class TargetProblem(enum.Enum):
    """Why a target gave no usable answer."""

    UNREACHABLE = "unreachable"
    TLS = "tls"
    TIMEOUT = "timeout"
    CLOSED = "closed"
    MALFORMED = "malformed"
    NOT_ALLOWED = "not allowed"


class TargetFailed(Exception):
    """Thrown into the engine by the gateway in place of a response. `detail` is for the log."""

    def __init__(self, problem: TargetProblem, detail: str) -> None:
        super().__init__(f"{problem.value}: {detail}")
        self.problem = problem
        self.detail = detail


class InvalidTargetUrl(ValueError):
    """Not an absolute http or https URL; the text says why."""


@lru_cache(maxsize=4096)
def parse_target_url(url: str) -> SplitResult:
    """Split an absolute http(s) URL. Raises InvalidTargetUrl."""
    if any(character <= " " or character == "\x7f" for character in url):
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
