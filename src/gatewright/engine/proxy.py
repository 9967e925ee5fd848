"""One call, from the client's request to the client's answer. This page is the order of a flow.

Request:  proxy endpoint PreFlow, first conditional flow that holds, PostFlow; first route rule that holds;
          the same passes of the target endpoint; the target.
Response: target endpoint, then proxy endpoint. After the answer has gone out: PostClientFlow.
A fault jumps to the fault rules of the endpoint in which it happened; then the error message is the answer.
After those of a target endpoint the proxy endpoint's default fault rule runs as well.
The flow hooks of the environment are inside the passes: see `flow_hooks`.
(docs: API proxy configuration reference; Handling faults.)
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from gatewright.engine.context import FlowContext, Place
from gatewright.engine.fault_rules import FaultRules
from gatewright.engine.faults import Answered, Fault
from gatewright.engine.flow import (
    EVALUATION_PROBLEMS,
    Origin,
    Run,
    Step,
    Test,
    WholeRun,
    as_fault,
    run_steps,
)
from gatewright.engine.flow_hooks import AnyPass
from gatewright.engine.platform_faults import messaging, route_failed
from gatewright.engine.target import Origin as TargetOrigin
from gatewright.engine.target_endpoint import TargetEndpoint
from gatewright.message import Headers, Response


@dataclass(frozen=True, slots=True)
class RouteRule:
    """`target` None is a null route: the proxy answers by itself."""

    name: str
    condition: Test | None
    target: TargetEndpoint | None
    origin: Origin = Origin()


@dataclass(frozen=True, slots=True)
class ProxyEndpoint:
    """A compiled proxy endpoint: everything a request to its base path needs."""

    name: str
    place: Place
    base_path: str
    virtual_hosts: frozenset[str] | None
    """None: every virtual host of the environment."""
    request: AnyPass | None
    """None: it has nothing to do."""
    response: AnyPass | None
    routes: tuple[RouteRule, ...]
    faults: FaultRules
    post_client: tuple[Step, ...]
    buffers_request: bool
    buffers_response: bool
    streams_request: bool
    """Whether a request's body may be of any size, because nothing here keeps it."""
    keeps_target_times: bool
    """Whether some step reads `target.sent.*` or `target.received.*`."""

    @property
    def has_post_client(self) -> bool:
        return bool(self.post_client)

    def run(self, flow: FlowContext) -> WholeRun:
        """Take the call to its answer and return that. Raises nothing but defects."""
        try:
            try:
                left = None if self.request is None else self.request.run(flow)
                if left is not None:
                    yield from left
                target = self._route(flow)
                if target is None:
                    flow.response = null_route_response(flow)
                else:
                    goes_on = yield from target.run(
                        flow, buffers_response=self.buffers_response, keeps_times=self.keeps_target_times
                    )
                    if goes_on:
                        yield from self.faults.run_default(flow)
            except Answered:
                pass
            if self.response is not None and flow.error is None:
                yield from self.response.run(flow) or ()
        except Answered:
            pass
        except (Fault, *EVALUATION_PROBLEMS) as problem:
            yield from self.faults.run(flow, as_fault(problem))
        if self.post_client:
            flow.sent_start_ms = flow.runtime.clock.now_ms()
        return flow.outgoing

    def after(self, flow: FlowContext) -> Run:
        """PostClientFlow: runs when the answer has gone out, after errors too; its faults change nothing."""
        try:
            yield from run_steps(self.post_client, flow) or ()
        except (Fault, Answered, *EVALUATION_PROBLEMS):
            return

    def _route(self, flow: FlowContext) -> TargetEndpoint | None:
        for rule in self.routes:
            if rule.condition is None or rule.condition(flow):
                flow.route_name = rule.name
                return rule.target
        if self.routes:
            raise messaging(route_failed())
        return None


def null_route_response(flow: FlowContext) -> Response:
    """200 with the request's body and its Content-Type, and none of its other header fields."""
    content_type = flow.request.headers.raw(b"content-type")
    headers = Headers(() if content_type is None else [(b"Content-Type", content_type)])
    stream = flow.request.stream
    return Response(200, "OK", headers, b"" if stream else flow.request.content, stream)


@dataclass(frozen=True, slots=True)
class CompiledProxy:
    """A deployed revision, immutable and shared by every call."""

    place: Place
    endpoints: tuple[ProxyEndpoint, ...]
    called: Mapping[str, str | None] = field(default_factory=dict)
    """The shared flows inside it, by name: which content each has; None for one that is not deployed."""

    @property
    def targets(self) -> frozenset[TargetOrigin]:
        """Where its calls go, as far as that is known before they are made."""
        endpoints = (rule.target for endpoint in self.endpoints for rule in endpoint.routes)
        return frozenset(each.origin for each in endpoints if each is not None and each.origin is not None)
