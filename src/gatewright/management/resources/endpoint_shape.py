"""An endpoint's XML as the JSON bean that clients read addresses from."""

from collections.abc import Iterable

from msgspec import UNSET, UnsetType, field

from gatewright.bundle.diagnostics import Report
from gatewright.bundle.model import (
    FaultRule,
    Flow,
    PlainFlow,
    ProxyEndpoint,
    RouteRule,
    SharedFlow,
    Step,
    TargetEndpoint,
)
from gatewright.bundle.source import parse_document
from gatewright.entities import Entity
from gatewright.operations.pieces import PieceKind


class StepBean(Entity, frozen=True, kw_only=True):
    """A policy that runs, and when."""

    name: str
    condition: str = ""


class ChildBean(Entity, frozen=True, kw_only=True):
    """Edge's wrapper around a step."""

    step: StepBean


class StepsBean(Entity, frozen=True, kw_only=True):
    """The steps of one direction of a flow."""

    children: tuple[ChildBean, ...] = ()


class FlowBean(Entity, frozen=True, kw_only=True):
    """A flow; only conditional ones have a condition and a description."""

    name: str = ""
    condition: str | UnsetType = UNSET
    description: str | UnsetType = UNSET
    request: StepsBean = StepsBean()
    response: StepsBean = StepsBean()


class FaultRuleBean(Entity, frozen=True, kw_only=True):
    """A fault rule."""

    name: str
    condition: str
    children: tuple[ChildBean, ...]


class RouteRuleBean(Entity, frozen=True, kw_only=True):
    """A route rule; `empty` when it leads to no target."""

    name: str
    condition: str
    target_endpoint: str
    empty: bool


class ConnectionBean(Entity, frozen=True, kw_only=True):
    """Where a proxy endpoint is reached, or what URL a target endpoint calls."""

    base_path: str | UnsetType = UNSET
    connection_type: str = "httpConnection"
    virtual_host: tuple[str, ...] | UnsetType = UNSET
    url: str | UnsetType = field(default=UNSET, name="uRL")


class SharedFlowBean(Entity, frozen=True, kw_only=True):
    """A shared flow's steps. Of an unreadable one only the name can be told."""

    name: str
    type: str = "SharedFlow"
    description: str = ""
    children: tuple[ChildBean, ...] = ()


class Endpoint(Entity, frozen=True, kw_only=True):
    """A proxy endpoint or a target endpoint. Of an unreadable one only the name can be told."""

    name: str
    type: str
    description: str = ""
    connection: ConnectionBean | UnsetType = UNSET
    fault_rules: tuple[FaultRuleBean, ...] = ()
    pre_flow: FlowBean = FlowBean()
    flows: tuple[FlowBean, ...] = ()
    post_flow: FlowBean = FlowBean()
    route_rule: tuple[RouteRuleBean, ...] | UnsetType = UNSET


def endpoint_json(content: bytes, name: str, kind: PieceKind) -> Endpoint | SharedFlowBean:
    """Edge's bean of a proxy endpoint, target endpoint or shared flow."""
    document, _ = parse_document(f"{name}.xml", content)
    if kind is PieceKind.SHARED_FLOW:
        flow = SharedFlow.parse(document, Report()) if document else None
        return SharedFlowBean(name=name) if flow is None else _shared_flow(flow)
    if kind is PieceKind.PROXY_ENDPOINT:
        proxy = ProxyEndpoint.parse(document, Report()) if document else None
        return Endpoint(name=name, type="Proxy") if proxy is None else _proxy(proxy)
    target = TargetEndpoint.parse(document, Report()) if document else None
    return Endpoint(name=name, type="Target") if target is None else _target(target)


def _proxy(endpoint: ProxyEndpoint) -> Endpoint:
    connection = endpoint.http_proxy_connection
    return Endpoint(
        name=endpoint.name,
        type="Proxy",
        description=endpoint.description or "",
        connection=ConnectionBean(
            base_path=(connection.base_path or "") if connection else "",
            virtual_host=tuple(connection.virtual_hosts) if connection else (),
        ),
        fault_rules=_fault_rules(endpoint.fault_rules),
        pre_flow=_flow(endpoint.pre_flow),
        flows=tuple(map(_flow, endpoint.flows)),
        post_flow=_flow(endpoint.post_flow),
        route_rule=tuple(map(_route_rule, endpoint.route_rules)),
    )


def _target(endpoint: TargetEndpoint) -> Endpoint:
    connection = endpoint.http_target_connection
    return Endpoint(
        name=endpoint.name,
        type="Target",
        description=endpoint.description or "",
        connection=ConnectionBean(url=str(connection.url or "") if connection else ""),
        fault_rules=_fault_rules(endpoint.fault_rules),
        pre_flow=_flow(endpoint.pre_flow),
        flows=tuple(map(_flow, endpoint.flows)),
        post_flow=_flow(endpoint.post_flow),
    )


def _shared_flow(flow: SharedFlow) -> SharedFlowBean:
    return SharedFlowBean(name=flow.name, description=flow.description or "", children=_children(flow.steps))


def _fault_rules(rules: Iterable[FaultRule]) -> tuple[FaultRuleBean, ...]:
    return tuple(
        FaultRuleBean(
            name=rule.name or "", condition=str(rule.condition or ""), children=_children(rule.steps)
        )
        for rule in rules
    )


def _flow(flow: PlainFlow | Flow | None) -> FlowBean:
    if flow is None:
        return FlowBean()
    bean = FlowBean(
        name=flow.name or "",
        request=StepsBean(children=_children(flow.request)),
        response=StepsBean(children=_children(flow.response)),
    )
    if not isinstance(flow, Flow):
        return bean
    return FlowBean(
        name=bean.name,
        condition=str(flow.condition or ""),
        description=flow.description or "",
        request=bean.request,
        response=bean.response,
    )


def _children(steps: Iterable[Step]) -> tuple[ChildBean, ...]:
    return tuple(
        ChildBean(step=StepBean(name=step.policy, condition=str(step.condition or ""))) for step in steps
    )


def _route_rule(rule: RouteRule) -> RouteRuleBean:
    return RouteRuleBean(
        name=rule.name or "",
        condition=str(rule.condition or ""),
        target_endpoint=rule.target_endpoint or "",
        empty=rule.is_null,
    )
