"""AssignVariable, compiled."""

from collections.abc import Callable
from functools import lru_cache
from typing import TypeAlias

from gatewright.bundle.source import Source
from gatewright.bundle.values import TemplateText
from gatewright.engine.compiler import Text
from gatewright.engine.context import FlowContext
from gatewright.engine.variables import CannotWrite
from gatewright.expr import TemplateError, compile_template, parse_template
from gatewright.message import Message, Value
from gatewright.policies.assign.assembly import Apply, Assembly
from gatewright.policies.assign.elements import AssignVariable, Template

Read: TypeAlias = Callable[[FlowContext], Value]

_TEMPLATES_KEPT = 32
"""Templates that come from variables are few in practice; each policy keeps the last ones compiled."""


def compile_variable(element: AssignVariable, assembly: Assembly) -> Apply:
    """Write one variable. It does not touch the message."""
    name = element.name or ""
    write = assembly.cx.writer(name)
    read = _value(element, assembly)

    def apply(flow: FlowContext, message: Message) -> None:
        del message
        value = read(flow)
        try:
            write(flow, value)
        except CannotWrite as problem:
            raise assembly.cannot_set(name, problem) from None

    return apply


def _value(element: AssignVariable, assembly: Assembly) -> Read:
    """ResourceURL wins over Template, Template over Ref, Ref over Value (docs: AssignVariable)."""
    literal = element.value
    if element.resource_url is not None:
        return _resource(element.resource_url, literal, assembly)
    if element.template is not None and element.template != Template():
        return _template(element.template, assembly)
    if element.ref is not None:
        return _ref(element.ref, element.source, literal, assembly)
    if element.property_set_ref is not None:
        assembly.cx.warning("<PropertySetRef> has no effect: there are no property sets", element.source)
    return lambda _: literal


def _ref(ref: str, source: Source, literal: str | None, assembly: Assembly) -> Read:
    if ref.startswith("{"):
        assembly.cx.warning(
            f"<Ref> names a variable without braces; {ref!r} has no value", source, rule="ref-in-braces"
        )
    read = assembly.cx.reader(ref)

    def value(flow: FlowContext) -> Value:
        found = read(flow)
        if found is not None:
            return found
        if literal is None and not assembly.ignores_unresolved:
            raise assembly.unresolved(ref)
        return literal

    return value


def _resource(url: TemplateText, literal: str | None, assembly: Assembly) -> Read:
    """The text of a resource whose URL is a template. A missing one is like a variable without a value."""
    rendering = assembly.rendering(url)
    resource = assembly.cx.resource

    def value(flow: FlowContext) -> Value:
        name = rendering.render(flow).strip()
        data = resource(name)
        if data is not None:
            return data.decode("utf-8", "replace")
        if literal is None and not assembly.ignores_unresolved:
            raise assembly.unresolved(name)
        return literal

    if rendering.constant is None:
        return value
    data = resource(rendering.constant.strip())
    if data is None:
        if not assembly.ignores_unresolved:
            assembly.cx.problem(f"there is no resource {rendering.constant}", url.source, rule="no-resource")
        return value
    text = data.decode("utf-8", "replace")
    return lambda _: text


def _template(template: Template, assembly: Assembly) -> Read:
    """The template in the policy; the one that the variable holds wins where it has a value."""
    written = None if template.template is None else assembly.rendering(template.template).render
    if template.ref is None:
        return written or (lambda _: None)
    ref = template.ref
    read = assembly.cx.text(ref)
    compiled = _templates_at_run_time(assembly)

    def value(flow: FlowContext) -> Value:
        text = read(flow)
        if text is not None:
            return compiled(text)(flow)
        if written is not None:
            return written(flow)
        if assembly.ignores_unresolved:
            return None
        raise assembly.unresolved(ref)

    return value


def _templates_at_run_time(assembly: Assembly) -> Callable[[str], Text]:
    """Compiles texts that are known only now. One that is no template stands for itself."""
    assembly.cx.shared.needs_body("both")  # there is no telling what such a template reads

    def on_unresolved(variable: str) -> str:
        if assembly.ignores_unresolved:
            return ""
        raise assembly.unresolved(variable)

    @lru_cache(maxsize=_TEMPLATES_KEPT)
    def compiled(text: str) -> Text:
        try:
            template = parse_template(text)
        except TemplateError:
            return lambda _: text
        return compile_template(template, assembly.cx.reader, on_unresolved=on_unresolved)

    return compiled
