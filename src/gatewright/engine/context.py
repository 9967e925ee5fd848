"""FlowContext: everything one call knows and changes on its way through a proxy."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gatewright.message import Message, Request, Response, Value

if TYPE_CHECKING:
    from gatewright.engine.faults import Fault
    from gatewright.engine.ports import Clock
    from gatewright.engine.target import TargetState


@dataclass(frozen=True, slots=True)
class Place:
    """Where a compiled proxy lives: facts that no request changes."""

    organization: str
    environment: str
    proxy: str
    revision: str
    deployment_base_path: str = "/"


@dataclass(frozen=True, slots=True)
class VirtualHostFacts:
    """The virtual host that a request came in by."""

    name: str
    aliases: tuple[str, ...]
    is_tls: bool


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


class FlowContext:
    """One call. Mutable: the engine, the policies and the gateway write to it; it lives as long as the call.

    `request` is the client's request and becomes the request to the target; `response` is the target's answer
    and becomes the client's; `error` is the error message once a fault has ended the normal flow.
    Times are epoch milliseconds, 0 while the event has not happened.
    """

    # Most calls leave most of these alone: they cost nothing until they are written.
    response: Response | None = None
    error: Response | None = None
    fault: "Fault | None" = None
    target: "TargetState | None" = None
    route_name: str | None = None
    flow_name: str | None = None
    proxy_flow_name: str | None = None
    target_flow_name: str | None = None
    shared_flow: str | None = None
    flow_hook: str | None = None
    sent_start_ms = 0
    sent_end_ms = 0
    _message_id: str | None = None

    def __init__(
        self,
        place: Place,
        request: Request,
        peer: Peer,
        virtual_host: VirtualHostFacts,
        proxy_endpoint: str,
        base_path: str,
        path_suffix: str,
        received_ms: int,
        runtime: "Runtime",
        client_ip: str | None = None,
    ) -> None:
        self.place = place
        self.request = request
        self.peer = peer
        self.client_ip = client_ip or peer.ip
        self.virtual_host = virtual_host
        self.proxy_endpoint = proxy_endpoint
        self.base_path = base_path
        self.path_suffix = path_suffix
        self.variables: dict[str, Value] = {}
        self.received_start_ms = received_ms
        self.received_end_ms = received_ms
        self.runtime = runtime

    @property
    def message_id(self) -> str:
        """Unique per call; made when first asked for."""
        if self._message_id is None:
            self._message_id = self.runtime.message_ids.next()
        return self._message_id

    @property
    def message(self) -> Message:
        """The ambient message: the error in the error flow, else the response once there is one."""
        return self.error or self.response or self.request

    @property
    def facts(self) -> dict[str, str]:
        """What a log record of this call says of where it happened."""
        place = self.place
        return {
            "message_id": self.message_id,
            "organization": place.organization,
            "environment": place.environment,
            "proxy": place.proxy,
            "revision": place.revision,
        }

    @property
    def outgoing(self) -> Response:
        """What goes to the client."""
        if self.error is not None:
            return self.error
        if self.response is None:
            raise RuntimeError("the flow ended without a response")
        return self.response


class MessageIds:
    """Message ids `<prefix>-<count>`, unique as long as each process has its own prefix."""

    __slots__ = ("_count", "_prefix")

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self._count = 0

    def next(self) -> str:
        self._count += 1
        return f"{self._prefix}-{self._count}"


@dataclass(frozen=True, slots=True)
class Runtime:
    """The process that a call runs in."""

    clock: "Clock"
    message_ids: MessageIds
    worker_id: str
