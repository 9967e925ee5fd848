"""What answers requests: finds the proxy in the current snapshot and takes the call through its flow."""

import logging
from collections.abc import Callable

from gatewright.engine.context import FlowContext, Peer, Runtime
from gatewright.engine.fault_rules import fail
from gatewright.engine.faults import fault_response
from gatewright.engine.flow import Run as Steps
from gatewright.engine.platform_faults import application_not_found, internal_error, messaging
from gatewright.engine.proxy import ProxyEndpoint
from gatewright.engine.snapshot import Snapshot, VirtualHostRoutes
from gatewright.engine.target import BODY_LIMIT
from gatewright.gateway.client_address import Networks, client_address
from gatewright.gateway.forwarded import add_forwarded
from gatewright.gateway.http.calls import Handling, Outcome, Run
from gatewright.message import Request, Response

log = logging.getLogger(__name__)

_HOSTS_KNOWN = 1_000
"""How many spellings of Host fields are remembered; clients choose them, so there is an end."""

Background = Callable[[Steps], None]
"""Runs steps to their end off the client's path."""


class Gateway:
    """What a worker serves. `current` is the one attribute that a deployment changes."""

    __slots__ = ("current",)

    def __init__(self, current: Snapshot) -> None:
        self.current = current


class GatewayApplication:
    """Hands every request to the proxy endpoint that its virtual host and path lead to."""

    __slots__ = (
        "_background",
        "_gateway",
        "_known",
        "_known_of",
        "_request_limit",
        "_runtime",
        "_trusted_proxies",
    )

    def __init__(
        self,
        gateway: Gateway,
        runtime: Runtime,
        background: Background,
        *,
        trusted_proxies: Networks = (),
        request_limit: int = BODY_LIMIT,
    ) -> None:
        self._gateway = gateway
        self._runtime = runtime
        self._background = background
        self._trusted_proxies = trusted_proxies
        self._request_limit = request_limit
        self._known: dict[tuple[str, bytes | None], VirtualHostRoutes] = {}
        self._known_of = gateway.current

    def handle(self, request: Request, peer: Peer) -> Handling:
        """Read the current snapshot once: the call keeps it to its end."""
        snapshot = self._gateway.current
        if snapshot is not self._known_of:
            self._known_of, self._known = snapshot, {}
        host = (peer.scheme, request.headers.raw(b"host"))
        routes = self._known.get(host) or self._virtual_host(snapshot, *host)
        route = None if routes is None else routes.router.find(request.path)
        if routes is None or route is None:
            name = peer.virtual_host if routes is None else routes.facts.name
            return NotFound(request, name)
        endpoint = route.endpoint
        trusted = self._trusted_proxies
        client_ip = client_address(request, peer, trusted) if trusted else peer.ip
        add_forwarded(request.headers, peer)
        runtime = self._runtime
        flow = FlowContext(
            endpoint.place,
            request,
            peer,
            routes.facts,
            endpoint.name,
            route.base_path,
            route.suffix,
            runtime.clock.now_ms(),
            runtime,
            client_ip,
        )
        return Call(flow, endpoint, self._background, self._request_limit)

    def _virtual_host(self, snapshot: Snapshot, scheme: str, host: bytes | None) -> VirtualHostRoutes | None:
        """The virtual host of a Host field, remembered by the field's bytes while the snapshot is served."""
        text = None if host is None else host.decode("latin-1")
        routes = snapshot.virtual_host(is_tls=scheme == "https", host=text)
        if routes is not None and len(self._known) < _HOSTS_KNOWN:
            self._known[scheme, host] = routes
        return routes


class Call:
    """One request on its way through a proxy endpoint."""

    __slots__ = ("_background", "_endpoint", "_flow", "buffers_request", "request_limit", "wants_finish")

    def __init__(
        self, flow: FlowContext, endpoint: ProxyEndpoint, background: Background, request_limit: int
    ) -> None:
        self._flow = flow
        self._endpoint = endpoint
        self._background = background
        self.buffers_request = endpoint.buffers_request
        self.request_limit: int | None = None if endpoint.streams_request else request_limit
        self.wants_finish = endpoint.has_post_client

    def run(self) -> Run:
        flow = self._flow
        if self.buffers_request:
            flow.received_end_ms = flow.runtime.clock.now_ms()
        return self._endpoint.run(flow)

    def fail(self) -> Response:
        """What is not a fault is our defect: logged, and never shown."""
        flow = self._flow
        log.exception("a flow failed", extra=flow.facts)
        fail(flow, messaging(internal_error(message_id=flow.message_id)))
        flow.sent_start_ms = flow.runtime.clock.now_ms()
        return flow.outgoing

    def finish(self, outcome: Outcome) -> None:
        flow = self._flow
        if outcome is Outcome.SENT:
            flow.sent_end_ms = flow.runtime.clock.now_ms()
        self._background(self._after())

    def _after(self) -> Steps:
        """Also for a client that left before there was an answer."""
        try:
            yield from self._endpoint.after(self._flow)
        except Exception:
            log.exception("a PostClientFlow failed", extra=self._flow.facts)


class NotFound:
    """The answer to a request that no deployed proxy serves."""

    __slots__ = ("_request", "_virtual_host", "buffers_request", "request_limit", "wants_finish")

    def __init__(self, request: Request, virtual_host: str) -> None:
        self._request = request
        self._virtual_host = virtual_host
        self.buffers_request = False
        self.request_limit: int | None = None
        self.wants_finish = False

    def run(self) -> Run:
        yield from ()  # a generator, as every call
        fault = messaging(application_not_found(host=self._virtual_host, url=self._request.path))
        response = fault_response(fault, self._request)
        # Edge's router writes slashes of this one body escaped, and clients compare it as text.
        response.content = response.content.replace(b"/", b"\\/")
        return response

    def fail(self) -> Response:
        log.exception("a request for no proxy could not be answered")
        return fault_response(messaging(internal_error(message_id="")), self._request)

    def finish(self, outcome: Outcome) -> None:
        """Nothing comes after."""
        del outcome
