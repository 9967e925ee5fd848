"""From a bundle to a CompiledProxy: each step, condition and route becomes a callable, once per deploy."""

from collections.abc import Iterable, Mapping
from typing import TypeVar

from gatewright.bundle import model
from gatewright.bundle.connections import HTTPTargetConnection
from gatewright.engine.compile_hooks import compile_hooks
from gatewright.engine.compile_steps import compile_steps, compile_test, origin_of
from gatewright.engine.compile_target import compile_connection, streams, success_codes
from gatewright.engine.compiler import Compilation, PolicyLike
from gatewright.engine.fault_rules import FaultRule, FaultRules
from gatewright.engine.flow import ConditionalFlow, Pass
from gatewright.engine.flow_hooks import Hooks, hooked
from gatewright.engine.proxy import CompiledProxy, ProxyEndpoint, RouteRule
from gatewright.engine.target_endpoint import TargetEndpoint
from gatewright.engine.variables import Segment
from gatewright.entities import FlowHook

P = TypeVar("P", bound=PolicyLike)


def compile_proxy(
    bundle: model.Bundle[P], shared: Compilation, flow_hooks: Iterable[FlowHook] = ()
) -> CompiledProxy:
    """The bundle at its place. What keeps it from running is in `shared.report`, whatever is returned.

    `check_bundle` must have looked at it before: names that lead nowhere and conditions that do not parse are
    in the report already. A result may be used only when the report has no errors.
    """
    hooks = compile_hooks(flow_hooks, shared)
    targets = {each.name: _target_endpoint(each, shared, hooks) for each in bundle.target_endpoints}
    endpoints = [_Parts(each, targets, shared, hooks) for each in bundle.proxy_endpoints]
    # Only now is it known which bodies the steps of all endpoints read.
    return CompiledProxy(shared.place, tuple(parts.endpoint(shared) for parts in endpoints))


class _Parts:
    """A proxy endpoint's compiled parts, waiting for the verdict on whose bodies must be buffered."""

    def __init__(
        self,
        source: model.ProxyEndpoint,
        targets: Mapping[str, TargetEndpoint],
        shared: Compilation,
        hooks: Hooks,
    ) -> None:
        self.source = source
        request = _pass(source, Segment.REQUEST, shared, on_target=False)
        response = _pass(source, Segment.RESPONSE, shared, on_target=False)
        self.request = hooked(hooks.pre_proxy, request, ())
        self.response = hooked((), response, hooks.post_proxy)
        self.routes = tuple(_route(rule, targets, shared, hooks) for rule in source.route_rules)
        self.faults = _fault_rules(source, shared, from_last=True)
        after = source.post_client_flow
        self.post_client = compile_steps(after.response if after else (), Segment.CLIENT, shared)
        if any(route.target is None for route in self.routes) or not self.routes:
            shared.needs_body("request")  # a null route answers with the request's body

    def endpoint(self, shared: Compilation) -> ProxyEndpoint:
        connection = self.source.http_proxy_connection
        virtual_hosts = connection.virtual_hosts if connection else ()
        base_path = connection.base_path if connection and connection.base_path else "/"
        is_streaming = connection is not None and streams(connection, "request")
        return ProxyEndpoint(
            name=self.source.name,
            place=shared.place,
            base_path=joined_base_path(shared.place.deployment_base_path, base_path),
            virtual_hosts=frozenset(virtual_hosts) or None,
            request=self.request,
            response=self.response,
            routes=self.routes,
            faults=self.faults,
            post_client=self.post_client,
            buffers_request=shared.buffers_request,
            buffers_response=shared.buffers_response,
            streams_request=is_streaming and not shared.buffers_request,
            keeps_target_times=shared.keeps_target_times,
        )


def joined_base_path(prefix: str, base_path: str) -> str:
    """The deployment's base path before the endpoint's: `/x` and `/v1` give `/x/v1`."""
    joined = "/".join(part for part in (prefix.strip("/"), base_path.strip("/")) if part)
    return f"/{joined}"


def _target_endpoint(source: model.TargetEndpoint, shared: Compilation, hooks: Hooks) -> TargetEndpoint:
    connection = source.http_target_connection
    url = connection.url.text if connection and connection.url else ""
    connect, origin = compile_connection(source, shared)
    return TargetEndpoint(
        name=source.name,
        url=url,
        request=hooked(hooks.pre_target, _pass(source, Segment.REQUEST, shared, on_target=True), ()),
        response=hooked((), _pass(source, Segment.RESPONSE, shared, on_target=True), hooks.post_target),
        faults=_fault_rules(source, shared, from_last=False),
        connect=connect,
        origin=origin,
        success=success_codes(connection, shared),
    )


def _route(
    rule: model.RouteRule, targets: Mapping[str, TargetEndpoint], shared: Compilation, hooks: Hooks
) -> RouteRule:
    condition = compile_test(rule.condition, Segment.REQUEST, shared)
    name = rule.name or "default"
    target = targets.get(rule.target_endpoint or "")
    if rule.url is not None:
        target = _target_endpoint(_endpoint_of_url(rule), shared, hooks)
    return RouteRule(name, condition, target, origin_of(rule.source, rule.condition))


def _endpoint_of_url(rule: model.RouteRule) -> model.TargetEndpoint:
    """A route rule's URL is a target endpoint without steps, named like the rule."""
    connection = HTTPTargetConnection(url=rule.url)
    return model.TargetEndpoint(name=rule.name or "default", http_target_connection=connection)


def _pass(
    source: model.ProxyEndpoint | model.TargetEndpoint,
    segment: Segment,
    shared: Compilation,
    *,
    on_target: bool,
) -> Pass | None:
    """None for a pass that has nothing to do, so that no call enters it."""
    flows = tuple(
        ConditionalFlow(
            flow.name or "",
            compile_test(flow.condition, segment, shared),
            compile_steps(_of(flow, segment), segment, shared),
            origin_of(flow.source, flow.condition),
        )
        for flow in source.flows
    )
    compiled = Pass(
        pre=compile_steps(_of(source.pre_flow, segment), segment, shared),
        flows=_without_idle_end(flows),
        post=compile_steps(_of(source.post_flow, segment), segment, shared),
        on_target=on_target,
    )
    return None if compiled.is_empty else compiled


def _without_idle_end(flows: tuple[ConditionalFlow, ...]) -> tuple[ConditionalFlow, ...]:
    """Without the last flows that have no steps: whether one of them holds changes nothing."""
    end = len(flows)
    while end and not flows[end - 1].steps:
        end -= 1
    return flows[:end]


def _of(flow: model.PlainFlow | model.Flow | None, segment: Segment) -> tuple[model.Step, ...]:
    if flow is None:
        return ()
    return flow.request if segment is Segment.REQUEST else flow.response


def _fault_rules(
    source: model.ProxyEndpoint | model.TargetEndpoint, shared: Compilation, *, from_last: bool
) -> FaultRules:
    rules = tuple(
        FaultRule(
            rule.name or "",
            compile_test(rule.condition, Segment.FAULT, shared),
            compile_steps(rule.steps, Segment.FAULT, shared),
            origin_of(rule.source, rule.condition),
        )
        for rule in source.fault_rules
    )
    default = source.default_fault_rule
    if default is None:
        return FaultRules(rules[::-1] if from_last else rules)
    compiled = FaultRule(
        default.name or "",
        compile_test(default.condition, Segment.FAULT, shared),
        compile_steps(default.steps, Segment.FAULT, shared),
        origin_of(default.source, default.condition),
    )
    return FaultRules(rules[::-1] if from_last else rules, compiled, default.always_enforce)
