"""Add and Set, compiled: what the call does not change is encoded and checked at deploy."""

import re
from collections.abc import Callable, Iterator
from typing import TypeAlias

from gatewright.bundle.values import TemplateText
from gatewright.engine.compiler import Text
from gatewright.engine.context import FlowContext
from gatewright.engine.faults import REASONS
from gatewright.engine.variables import CannotWrite
from gatewright.engine.variables.messages import write_path, write_reason, write_status, write_verb
from gatewright.message import InvalidField, Message, Parameters, Request, Response, Value
from gatewright.message.headers import Field, field_name, field_value
from gatewright.policies.assign.assembly import Apply, Assembly, Rendering
from gatewright.policies.assign.body import compile_payload
from gatewright.policies.assign.elements import Add, Set, Valued

_BREAK = re.compile(r"[ \t]*+[\r\n]\s*+")

PutParameter: TypeAlias = Callable[[Parameters, str, str], None]
Write: TypeAlias = Callable[[Message, Value], None]
"""Writes a text into one part of a message. Raises CannotWrite."""


def compile_add(add: Add, assembly: Assembly) -> Iterator[Apply]:
    yield from _fields(add.headers, assembly, replaces=False)
    yield from _query(add.query_params, assembly, Parameters.add)
    yield from _form(add.form_params, assembly, Parameters.add)


def compile_set(element: Set, assembly: Assembly) -> Iterator[Apply]:
    """The payload comes last, so that its variables see the rest."""
    yield from _fields(element.headers, assembly, replaces=True)
    yield from _query(element.query_params, assembly, Parameters.set)
    yield from _form(element.form_params, assembly, Parameters.set)
    if element.verb is not None:
        yield _part("verb", assembly.rendering(element.verb), Request(), write_verb, assembly)
    if element.version is not None:
        yield _part("version", assembly.rendering(element.version), Request(), _write_version, assembly)
    if element.path is not None:
        yield _part("path", assembly.rendering(element.path), Request(), write_path, assembly)
    if element.status_code is not None:
        status = assembly.rendering(element.status_code)
        yield _part("status.code", status, Response(), _write_status, assembly)
    if element.reason_phrase is not None:
        reason = assembly.rendering(element.reason_phrase)
        yield _part("reason.phrase", reason, Response(), write_reason, assembly)
    if element.payload is not None:
        yield compile_payload(element.payload, assembly)


def _fields(items: tuple[Valued, ...], assembly: Assembly, *, replaces: bool) -> Iterator[Apply]:
    for item in items:
        try:
            name = field_name(item.name)
            rendering = assembly.rendering(_on_one_line(item.value))
            if rendering.constant is None:
                yield _varying_field(name, rendering.render, assembly, replaces=replaces)
            else:
                yield _fixed_field((name, field_value(rendering.constant)), replaces=replaces)
        except InvalidField as problem:
            assembly.cx.problem(str(problem), item.source, rule="invalid-header")


def _on_one_line(value: TemplateText) -> TemplateText:
    """Published policies break long values over lines: one space stands for each break (RFC 9112 §5.2).

    Only what the policy's author wrote is read so; a line break in a variable's value is a fault.
    """
    return TemplateText(_BREAK.sub(" ", value.text), value.source)


def _fixed_field(field: Field, *, replaces: bool) -> Apply:
    if replaces:
        return lambda _, message: message.headers.put(field)
    return lambda _, message: message.headers.append(field)


def _varying_field(name: bytes, render: Text, assembly: Assembly, *, replaces: bool) -> Apply:
    variable = f"header.{name.decode('ascii')}"

    def apply(flow: FlowContext, message: Message) -> None:
        try:
            value = field_value(render(flow))
        except InvalidField as problem:
            raise assembly.cannot_set(variable, problem) from None
        if replaces:
            message.headers.put((name, value))
        else:
            message.headers.append((name, value))

    return apply


def _query(items: tuple[Valued, ...], assembly: Assembly, put: PutParameter) -> Iterator[Apply]:
    """Only requests have a query."""
    for item in items:
        yield _parameter(item.name, assembly.rendering(item.value).render, put, _query_of)


def _form(items: tuple[Valued, ...], assembly: Assembly, put: PutParameter) -> Iterator[Apply]:
    """Only requests carry a form; they become one by it."""
    for item in items:
        yield _parameter(item.name, assembly.rendering(item.value).render, put, _form_of)


def _parameter(
    name: str, render: Text, put: PutParameter, of: Callable[[Message], Parameters | None]
) -> Apply:
    def apply(flow: FlowContext, message: Message) -> None:
        parameters = of(message)
        if parameters is not None:
            put(parameters, name, render(flow))

    return apply


def _query_of(message: Message) -> Parameters | None:
    return message.query if isinstance(message, Request) else None


def _form_of(message: Message) -> Parameters | None:
    return message.make_form() if isinstance(message, Request) else None


def _part(name: str, rendering: Rendering, sample: Message, write: Write, assembly: Assembly) -> Apply:
    """A part that is one text. One that comes out empty for want of a variable's value is left as it was."""
    constant, render = rendering.constant, rendering.render
    if constant is not None:
        try:
            write(sample, constant)
        except CannotWrite as problem:
            assembly.cx.problem(str(problem), rule="invalid-value")

    def apply(flow: FlowContext, message: Message) -> None:
        text = render(flow).strip()
        if not text:
            return
        try:
            write(message, text)
        except CannotWrite as problem:
            raise assembly.cannot_set(name, problem) from None

    return apply


def _write_version(message: Message, value: Value) -> None:
    version = str(value).removeprefix("HTTP/")
    if version not in ("1.0", "1.1"):
        raise CannotWrite(f"{value!r} is not an HTTP version that can be set")
    if isinstance(message, Request):
        message.version = version


def _write_status(message: Message, value: Value) -> None:
    """With the reason phrase that belongs to the code: the one before would contradict it."""
    write_status(message, value)
    if isinstance(message, Response):
        message.reason = REASONS.get(message.status, "")
