"""An endpoint's XML as the JSON bean that clients read addresses from."""

from gatewright.bundle.diagnostics import Report
from gatewright.bundle.model import Flow, PlainFlow, ProxyEndpoint, Step, TargetEndpoint
from gatewright.bundle.source import parse_document
from gatewright.operations.pieces import PieceKind

Json = dict[str, object]


def endpoint_json(content: bytes, name: str, kind: PieceKind) -> Json:
    """Edge's bean of a proxy or target endpoint; without what an unreadable one cannot tell."""
    document, _ = parse_document(f"{name}.xml", content)
    if document is None:
        return {"name": name}
    if kind is PieceKind.PROXY_ENDPOINT:
        proxy = ProxyEndpoint.parse(document, Report())
        return {"name": name} if proxy is None else _proxy(proxy)
    target = TargetEndpoint.parse(document, Report())
    return {"name": name} if target is None else _target(target)


def _proxy(endpoint: ProxyEndpoint) -> Json:
    connection = endpoint.http_proxy_connection
    return {
        **_common(endpoint),
        "connection": {
            "basePath": connection.base_path if connection else "",
            "connectionType": "httpConnection",
            "virtualHost": list(connection.virtual_hosts) if connection else [],
        },
        "routeRule": [
            {
                "name": rule.name or "",
                "condition": str(rule.condition or ""),
                "targetEndpoint": rule.target_endpoint or "",
                "empty": rule.is_null,
            }
            for rule in endpoint.route_rules
        ],
        "type": "Proxy",
    }


def _target(endpoint: TargetEndpoint) -> Json:
    connection = endpoint.http_target_connection
    return {
        **_common(endpoint),
        "connection": {
            "connectionType": "httpConnection",
            "uRL": str(connection.url or "") if connection else "",
        },
        "type": "Target",
    }


def _common(endpoint: ProxyEndpoint | TargetEndpoint) -> Json:
    return {
        "name": endpoint.name,
        "description": endpoint.description or "",
        "faultRules": [
            {
                "name": rule.name or "",
                "condition": str(rule.condition or ""),
                "children": _children(rule.steps),
            }
            for rule in endpoint.fault_rules
        ],
        "preFlow": _flow(endpoint.pre_flow),
        "flows": [
            {**_flow(flow), "condition": str(flow.condition or ""), "description": flow.description or ""}
            for flow in endpoint.flows
        ],
        "postFlow": _flow(endpoint.post_flow),
    }


def _flow(flow: PlainFlow | Flow | None) -> Json:
    if flow is None:
        return {"name": "", "request": {"children": []}, "response": {"children": []}}
    return {
        "name": flow.name or "",
        "request": {"children": _children(flow.request)},
        "response": {"children": _children(flow.response)},
    }


def _children(steps: tuple[Step, ...]) -> list[Json]:
    return [{"step": {"name": step.policy, "condition": str(step.condition or "")}} for step in steps]
