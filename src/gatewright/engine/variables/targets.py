"""Variables of the call's target: `target.*`. They are null until a route with a target has been taken."""

from collections.abc import Callable
from urllib.parse import urlsplit

from gatewright.engine.context import FlowContext
from gatewright.engine.target import DEFAULT_PORTS, TargetState
from gatewright.engine.variables.times import http_time
from gatewright.engine.variables.variable import Reader, Variable
from gatewright.message import Value, text_of


def _of(read: Callable[[TargetState], Value]) -> Reader:
    def reader(flow: FlowContext) -> Value:
        return None if flow.target is None else read(flow.target)

    return reader


def _request_url(flow: FlowContext) -> Value:
    """What is, or was, sent to the target."""
    state = flow.target
    if state is None:
        return None
    base, _, query = state.url.partition("?")
    path = base.rstrip("/") + (flow.path_suffix if state.copy_path_suffix else "")
    if not query:
        return flow.request.with_query(path) if state.copy_query else path
    own = flow.request.querystring if state.copy_query else ""
    return f"{path}?{query}&{own}" if own else f"{path}?{query}"


def _request_uri(flow: FlowContext) -> Value:
    """The client's until the target has been called; then what was sent after the target's own URL."""
    state = flow.target
    if state is None or not state.sent_start_ms:
        return flow.request.uri
    path = flow.path_suffix if state.copy_path_suffix else ""
    return flow.request.with_query(path) if state.copy_query else path


def _write_url(flow: FlowContext, value: Value) -> None:
    if flow.target is not None and value is not None:
        flow.target.url = text_of(value)
        flow.target.is_url_changed = True


def _write_copy_path_suffix(flow: FlowContext, value: Value) -> None:
    if flow.target is not None:
        flow.target.copy_path_suffix = text_of(value).lower() != "false"


def _write_copy_query(flow: FlowContext, value: Value) -> None:
    if flow.target is not None:
        flow.target.copy_query = text_of(value).lower() != "false"


def _scheme(state: TargetState) -> Value:
    return state.url.partition(":")[0] or None


def _host(state: TargetState) -> Value:
    try:
        return urlsplit(state.url).hostname
    except ValueError:
        return None


def _port(state: TargetState) -> Value:
    try:
        parts = urlsplit(state.url)
        return parts.port or DEFAULT_PORTS.get(parts.scheme)
    except ValueError:
        return None


def _base_path(state: TargetState) -> Value:
    try:
        return urlsplit(state.url).path or "/"
    except ValueError:
        return None


TARGET_VARIABLES: tuple[Variable, ...] = (
    Variable(
        "request.uri",
        "String",
        "Path and query: the client's; once the target has been called, what followed the target's URL.",
        _request_uri,
    ),
    Variable("request.url", "String", "The URL that is sent to the target, whole.", _request_url),
    Variable("target.name", "String", "The target endpoint's name.", _of(lambda state: state.name)),
    Variable("route.target", "String", "The target endpoint's name.", _of(lambda state: state.name)),
    Variable(
        "target.url",
        "String",
        "The target's URL; written in the target request flow it sends the request elsewhere.",
        _of(lambda state: state.url),
        _write_url,
    ),
    Variable("target.host", "String", "The target's host.", _of(_host)),
    Variable("target.port", "Integer", "The target's port.", _of(_port)),
    Variable("target.scheme", "String", "http or https.", _of(_scheme)),
    Variable("target.basepath", "String", "The path of the target's URL.", _of(_base_path)),
    Variable("target.ip", "String", "The address that answered.", _of(lambda state: state.ip)),
    Variable(
        "target.copy.pathsuffix",
        "Boolean",
        "Whether the path suffix is appended to the target's URL.",
        _of(lambda state: state.copy_path_suffix),
        _write_copy_path_suffix,
    ),
    Variable(
        "target.copy.queryparams",
        "Boolean",
        "Whether the query is sent to the target.",
        _of(lambda state: state.copy_query),
        _write_copy_query,
    ),
    Variable(
        "target.ssl.enabled",
        "String",
        "Whether the target is called by TLS.",
        _of(lambda state: "true" if state.url.startswith("https:") else "false"),
    ),
    *(
        Variable(f"target.{phase}.{edge}.{form}", kind, doc, _of(read))
        for phase, edge, attribute, what in (
            ("sent", "start", "sent_start_ms", "the request began to go to the target"),
            ("sent", "end", "sent_end_ms", "the request had gone to the target"),
            ("received", "start", "received_start_ms", "the target's answer began to come"),
            ("received", "end", "received_end_ms", "the target's answer had come"),
        )
        for form, kind, doc, read in (
            (
                "timestamp",
                "Long",
                f"When {what}, in epoch milliseconds.",
                lambda state, attribute=attribute: getattr(state, attribute) or None,
            ),
            (
                "time",
                "String",
                f"When {what}.",
                lambda state, attribute=attribute: http_time(getattr(state, attribute)),
            ),
        )
    ),
)
