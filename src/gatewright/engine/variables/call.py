"""Variables of the call: client, proxy, virtual host, route, flow and error."""

from gatewright.engine.context import FlowContext
from gatewright.engine.variables.messages import write_reason, write_status
from gatewright.engine.variables.times import http_time
from gatewright.engine.variables.variable import Variable
from gatewright.message import Value, text_of


def _proxy_url(flow: FlowContext) -> Value:
    host = flow.request.headers.get("host") or f"{flow.peer.ip}:{flow.peer.local_port}"
    path = f"{flow.base_path if flow.base_path != '/' else ''}{flow.path_suffix}" or "/"
    return f"{flow.peer.scheme}://{host}{flow.request.with_query(path)}"


def _write_error_content(flow: FlowContext, value: Value) -> None:
    if flow.error is not None:
        flow.error.text = text_of(value)


def _write_error_status(flow: FlowContext, value: Value) -> None:
    if flow.error is not None:
        write_status(flow.error, value)


def _write_error_reason(flow: FlowContext, value: Value) -> None:
    if flow.error is not None:
        write_reason(flow.error, value)


CALL_VARIABLES: tuple[Variable, ...] = (
    Variable("client.ip", "String", "The address of the TCP peer.", lambda flow: flow.peer.ip),
    Variable("client.host", "String", "The address of the TCP peer.", lambda flow: flow.peer.ip),
    Variable("client.port", "Integer", "The port of the TCP peer.", lambda flow: flow.peer.port),
    Variable("client.scheme", "String", "http or https.", lambda flow: flow.peer.scheme),
    Variable(
        "client.ssl.enabled",
        "String",
        "Whether the client speaks TLS.",
        lambda flow: "true" if flow.peer.scheme == "https" else "false",
    ),
    Variable(
        "client.received.start.timestamp",
        "Long",
        "When the request's first byte had come, in epoch milliseconds.",
        lambda flow: flow.received_start_ms,
    ),
    Variable(
        "client.received.start.time",
        "String",
        "When the request's first byte had come.",
        lambda flow: http_time(flow.received_start_ms),
    ),
    Variable(
        "client.received.end.timestamp",
        "Long",
        "When the request had come in whole, in epoch milliseconds.",
        lambda flow: flow.received_end_ms,
    ),
    Variable(
        "client.received.end.time",
        "String",
        "When the request had come in whole.",
        lambda flow: http_time(flow.received_end_ms),
    ),
    Variable(
        "client.sent.start.timestamp",
        "Long",
        "When the answer began to go out, in epoch milliseconds.",
        lambda flow: flow.sent_start_ms or None,
    ),
    Variable(
        "client.sent.start.time",
        "String",
        "When the answer began to go out.",
        lambda flow: http_time(flow.sent_start_ms),
    ),
    Variable(
        "client.sent.end.timestamp",
        "Long",
        "When the answer had gone out, in epoch milliseconds.",
        lambda flow: flow.sent_end_ms or None,
    ),
    Variable(
        "client.sent.end.time",
        "String",
        "When the answer had gone out.",
        lambda flow: http_time(flow.sent_end_ms),
    ),
    Variable("proxy.basepath", "String", "The base path of the proxy endpoint.", lambda flow: flow.base_path),
    Variable(
        "proxy.pathsuffix",
        "String",
        "What follows the base path, without the query.",
        lambda flow: flow.path_suffix,
    ),
    Variable("proxy.name", "String", "The proxy endpoint's name.", lambda flow: flow.proxy_endpoint),
    Variable("proxy.url", "String", "The whole URL that the client called.", _proxy_url),
    Variable(
        "proxy.client.ip",
        "String",
        "The client's address, from X-Forwarded-For where the peer is trusted.",
        lambda flow: flow.client_ip,
    ),
    Variable(
        "proxy.flow.name", "String", "The proxy endpoint's flow that runs.", lambda flow: flow.proxy_flow_name
    ),
    Variable(
        "target.flow.name",
        "String",
        "The target endpoint's flow that runs.",
        lambda flow: flow.target_flow_name,
    ),
    Variable("current.flow.name", "String", "The flow that runs.", lambda flow: flow.flow_name),
    Variable(
        "apigee.edge.sharedflow.name",
        "String",
        "The shared flow that runs.",
        lambda flow: flow.shared_flow,
    ),
    Variable(
        "apigee.edge.flowhook.name",
        "String",
        "The flow hook whose shared flow runs.",
        lambda flow: flow.flow_hook,
    ),
    Variable("apiproxy.name", "String", "The API proxy's name.", lambda flow: flow.place.proxy),
    Variable(
        "apiproxy.revision", "String", "The deployed revision's number.", lambda flow: flow.place.revision
    ),
    Variable(
        "apiproxy.basepath", "String", "The base path of the proxy endpoint.", lambda flow: flow.base_path
    ),
    Variable(
        "application.basepath",
        "String",
        "The base path given with the deployment.",
        lambda flow: flow.place.deployment_base_path,
    ),
    Variable("organization.name", "String", "The organization.", lambda flow: flow.place.organization),
    Variable("environment.name", "String", "The environment.", lambda flow: flow.place.environment),
    Variable("environment", "String", "The environment.", lambda flow: flow.place.environment),
    Variable("virtualhost.name", "String", "The virtual host.", lambda flow: flow.virtual_host.name),
    Variable(
        "virtualhost.aliases",
        "String",
        "The virtual host's aliases, separated by commas.",
        lambda flow: ",".join(flow.virtual_host.aliases),
    ),
    Variable(
        "virtualhost.aliases.values",
        "Collection",
        "The virtual host's aliases.",
        lambda flow: list(flow.virtual_host.aliases),
    ),
    Variable(
        "virtualhost.ssl.enabled",
        "String",
        "Whether the virtual host speaks TLS.",
        lambda flow: "true" if flow.virtual_host.is_tls else "false",
    ),
    Variable("route.name", "String", "The route rule that was taken.", lambda flow: flow.route_name),
    Variable(
        "messageid", "String", "The call's id; it is logged with every fault.", lambda flow: flow.message_id
    ),
    Variable(
        "is.error",
        "Boolean",
        "Whether a fault has ended the normal flow.",
        lambda flow: flow.error is not None,
    ),
    Variable(
        "error.content",
        "String",
        "The error message's body.",
        lambda flow: None if flow.error is None else flow.error.text,
        _write_error_content,
        "response",
    ),
    Variable(
        "error.message",
        "String",
        "The fault's text.",
        lambda flow: None if flow.fault is None else flow.fault.message,
    ),
    Variable(
        "error.status.code",
        "Integer",
        "The error message's status code.",
        lambda flow: None if flow.error is None else flow.error.status,
        _write_error_status,
    ),
    Variable(
        "error.reason.phrase",
        "String",
        "The error message's reason phrase.",
        lambda flow: None if flow.error is None else flow.error.reason,
        _write_error_reason,
    ),
    Variable(
        "fault.name",
        "String",
        "The last segment of the fault's code.",
        lambda flow: None if flow.fault is None else flow.fault.name,
    ),
    Variable(
        "fault.type",
        "String",
        "The last segment of the fault's code.",
        lambda flow: None if flow.fault is None else flow.fault.name,
    ),
    Variable(
        "fault.reason",
        "String",
        "The fault's text.",
        lambda flow: None if flow.fault is None else flow.fault.message,
    ),
    Variable(
        "fault.category",
        "String",
        "Step for a policy's fault, Messaging for the platform's.",
        lambda flow: None if flow.fault is None else flow.fault.category,
    ),
    Variable(
        "fault.subcategory",
        "String",
        "The part of the fault's code before its last segment.",
        lambda flow: None if flow.fault is None else flow.fault.code.rpartition(".")[0],
    ),
)
