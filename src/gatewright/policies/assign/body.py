"""Set/Payload, compiled."""

from gatewright.bundle.values import TemplateText
from gatewright.engine.context import FlowContext
from gatewright.message import Headers, InvalidField, Message
from gatewright.message.headers import Field, field_value
from gatewright.policies.assign.assembly import Apply, Assembly, Rendering
from gatewright.policies.assign.elements import Payload


def compile_payload(payload: Payload, assembly: Assembly) -> Apply:
    """Content-Type first, for its charset says how the text is encoded."""
    body = _body(payload, assembly)
    if payload.content_type is None or not payload.content_type.text.strip():
        return _text(body)
    content_type = assembly.rendering(payload.content_type)
    if content_type.constant is None:
        return _varying_type(content_type, body, assembly)
    try:
        field = (b"Content-Type", field_value(content_type.constant.strip()))
    except InvalidField as problem:
        assembly.cx.problem(str(problem), payload.source, rule="invalid-header")
        return _text(body)
    return _fixed_type(field, body)


def _body(payload: Payload, assembly: Assembly) -> Rendering:
    return assembly.rendering(
        _template(payload, assembly),
        prefix=payload.variable_prefix or "{",
        suffix=payload.variable_suffix or "}",
        fallback=payload.default_variable_value,
    )


def _template(payload: Payload, assembly: Assembly) -> TemplateText:
    """The text in the policy, or that of the resource."""
    if payload.resource_url is None:
        return payload.body
    data = assembly.cx.resource(payload.resource_url)
    if data is None:
        assembly.cx.problem(
            f"InvalidPayload: there is no resource {payload.resource_url}",
            payload.source,
            rule="InvalidPayload",
        )
        return payload.body
    return TemplateText(data.decode("utf-8", "replace"), payload.source)


def _text(body: Rendering) -> Apply:
    """Encoded as the message's own Content-Type says."""
    render = body.render

    def apply(flow: FlowContext, message: Message) -> None:
        message.text = render(flow)

    return apply


def _fixed_type(field: Field, body: Rendering) -> Apply:
    constant, render = body.constant, body.render
    if constant is None:

        def write(flow: FlowContext, message: Message) -> None:
            text = render(flow)
            message.headers.put(field)
            message.text = text

        return write
    content = constant.encode(Message(Headers([field])).charset, "replace")

    def apply(flow: FlowContext, message: Message) -> None:
        del flow
        message.headers.put(field)
        message.content = content

    return apply


def _varying_type(content_type: Rendering, body: Rendering, assembly: Assembly) -> Apply:
    render_type, render = content_type.render, body.render

    def apply(flow: FlowContext, message: Message) -> None:
        try:
            value = field_value(render_type(flow).strip())
        except InvalidField as problem:
            raise assembly.cannot_set("header.Content-Type", problem) from None
        text = render(flow)
        if value:
            message.headers.put((b"Content-Type", value))
        message.text = text

    return apply
