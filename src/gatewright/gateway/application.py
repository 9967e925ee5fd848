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
from gatewright.engine.target import BODY_LIMIT, TargetFailed
from gatewright.gateway.client_address import Networks, client_address
from gatewright.gateway.forwarded import add_forwarded
from gatewright.gateway.http.calls import Handling, Outcome, Run
from gatewright.message import Request

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
        trusted = self._trusted_proxies
        client_ip = client_address(request, peer, trusted) if trusted else peer.ip
        add_forwarded(request.headers, peer)
        flow = FlowContext(
            place=route.endpoint.place,
            request=request,
            peer=peer,
            virtual_host=routes.facts,
            proxy_endpoint=route.endpoint.name,
            base_path=route.base_path,
            path_suffix=route.suffix,
            received_ms=self._runtime.clock.now_ms(),
            runtime=self._runtime,
            client_ip=client_ip,
        )
        return Call(flow, route.endpoint, self._background, self._request_limit)

    def _virtual_host(self, snapshot: Snapshot, scheme: str, host: bytes | None) -> VirtualHostRoutes | None:
        """The virtual host of a Host field, remembered by the field's bytes while the snapshot is served."""
        text = None if host is None else host.decode("latin-1")
        routes = snapshot.virtual_host(is_tls=scheme == "https", host=text)
        if routes is not None and len(self._known) < _HOSTS_KNOWN:
            self._known[scheme, host] = routes
        return routes


class Call:
    """One request on its way through a proxy endpoint."""

    __slots__ = ("_background", "_endpoint", "_flow", "buffers_request", "request_limit")

    def __init__(
        self, flow: FlowContext, endpoint: ProxyEndpoint, background: Background, request_limit: int
    ) -> None:
        self._flow = flow
        self._endpoint = endpoint
        self._background = background
        self.buffers_request = endpoint.buffers_request
        self.request_limit: int | None = None if endpoint.streams_request else request_limit

    def run(self) -> Run:
        """The outermost loop of a call: what is not a fault is our defect, logged and never shown."""
        flow = self._flow
        if self.buffers_request:
            flow.received_end_ms = flow.runtime.clock.now_ms()
        try:
            yield from self._endpoint.run(flow)
            if flow.fault is not None:
                _log_target_failure(flow)
            outgoing = flow.outgoing
        except Exception:
            log.exception("a flow failed", extra=_facts(flow))
            fail(flow, messaging(internal_error(message_id=flow.message_id)))
            outgoing = flow.outgoing
        if self._endpoint.post_client:
            flow.sent_start_ms = flow.runtime.clock.now_ms()
        return outgoing

    def finish(self, outcome: Outcome) -> None:
        flow = self._flow
        if self._endpoint.post_client:
            if outcome is Outcome.SENT:
                flow.sent_end_ms = flow.runtime.clock.now_ms()
            self._background(self._after())

    def _after(self) -> Steps:
        """Also for a client that left before there was an answer."""
        try:
            yield from self._endpoint.after(self._flow)
        except Exception:
            log.exception("a PostClientFlow failed", extra=_facts(self._flow))


class NotFound:
    """The answer to a request that no deployed proxy serves."""

    __slots__ = ("_request", "_virtual_host", "buffers_request", "request_limit")

    def __init__(self, request: Request, virtual_host: str) -> None:
        self._request = request
        self._virtual_host = virtual_host
        self.buffers_request = False
        self.request_limit: int | None = None

    def run(self) -> Run:
        yield from ()  # a generator, as every call
        fault = messaging(application_not_found(host=self._virtual_host, url=self._request.path))
        response = fault_response(fault, self._request)
        # Edge's router writes slashes of this one body escaped, and clients compare it as text.
        response.content = response.content.replace(b"/", b"\\/")
        return response

    def finish(self, outcome: Outcome) -> None:
        """Nothing comes after."""
        del outcome


def _log_target_failure(flow: FlowContext) -> None:
    """A client learns only that a target failed; why, and which, is for the operator."""
    cause = flow.fault.__cause__ if flow.fault is not None else None
    if isinstance(cause, TargetFailed) and flow.target is not None:
        # Its query may hold a key.
        facts = {**_facts(flow), "target": flow.target.url.partition("?")[0], "reason": str(cause)}
        log.warning("a target gave no usable answer", extra=facts)


def _facts(flow: FlowContext) -> dict[str, str]:
    place = flow.place
    return {
        "message_id": flow.message_id,
        "organization": place.organization,
        "environment": place.environment,
        "proxy": place.proxy,
        "revision": place.revision,
    }
