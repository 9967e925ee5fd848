"""Turns a template into one closure that renders it."""

from collections.abc import Callable
from random import Random, SystemRandom
from typing import Generic, TypeAlias

from gatewright.expr.compile import C, Readers
from gatewright.expr.functions import InvalidArgument
from gatewright.expr.template import Argument, CallPart, Template, VariablePart
from gatewright.message import text_of

OnUnresolved: TypeAlias = Callable[[str], str]
"""Called with the name of a variable that is null and has no default: raises, or returns the text to use."""
Render: TypeAlias = Callable[[C], str]


def compile_template(
    template: Template, readers: Readers[C], *, on_unresolved: OnUnresolved, random: Random | None = None
) -> Callable[[C], str]:
    """The rendering of a template. What it returns raises what `on_unresolved` raises, InvalidArgument and
    RegexTimeout.

    An argument that names a variable which is null stands for its own text, as Apigee has it, unless
    `on_unresolved` raises. `random` feeds createUuid, randomLong and xeger: the
    operating system's generator unless another is given.
    """
    constant = template.constant
    if constant is not None:
        return lambda _: constant
    compiler = _Compiler(readers, on_unresolved, SystemRandom() if random is None else random)
    pieces = [part if isinstance(part, str) else compiler.part(part) for part in template.parts]
    renders = [piece for piece in pieces if not isinstance(piece, str)]
    if len(renders) == 1:
        before = pieces[0] if isinstance(pieces[0], str) else ""
        after = pieces[-1] if isinstance(pieces[-1], str) else ""
        return _around(before, renders[0], after)
    return lambda context: "".join([piece if isinstance(piece, str) else piece(context) for piece in pieces])


def _around(before: str, render: Render[C], after: str) -> Render[C]:
    if not before and not after:
        return render
    return lambda context: f"{before}{render(context)}{after}"


class _Compiler(Generic[C]):
    def __init__(self, readers: Readers[C], on_unresolved: OnUnresolved, random: Random) -> None:
        self._readers = readers
        self._on_unresolved = on_unresolved
        self._random = random

    def part(self, part: VariablePart | CallPart) -> Render[C]:
        return self._variable(part) if isinstance(part, VariablePart) else self._call(part)

    def _variable(self, part: VariablePart) -> Render[C]:
        read, name, default = self._readers(part.name), part.name, part.default
        on_unresolved = self._on_unresolved

        def render(context: C) -> str:
            value = read(context)
            if isinstance(value, str):
                return value
            if value is not None:
                return text_of(value)
            return on_unresolved(name) if default is None else default

        return render

    def _call(self, part: CallPart) -> Render[C]:
        if part.function.skips_null:
            maybe = tuple(self._nullable(argument) for argument in part.arguments)
            return self._applied(
                part, lambda context: [text for read in maybe if (text := read(context)) is not None]
            )
        reads = tuple(self._argument(argument) for argument in part.arguments)
        return self._applied(part, lambda context: [read(context) for read in reads])

    def _applied(self, part: CallPart, arguments: Callable[[C], list[str]]) -> Render[C]:
        apply, random, name = part.apply, self._random, part.function.name

        def render(context: C) -> str:
            try:
                return apply(arguments(context), random)
            except InvalidArgument as error:
                raise InvalidArgument(f"{name}: {error.message}", error.position) from error

        return render

    def _argument(self, argument: Argument) -> Render[C]:
        if argument.literal is not None:
            return _constant(argument.literal)
        nullable = self._nullable(argument)
        raw, on_unresolved = argument.raw.strip(), self._on_unresolved

        def render(context: C) -> str:
            text = nullable(context)
            if text is not None:
                return text
            on_unresolved(raw)
            return raw

        return render

    def _nullable(self, argument: Argument) -> Callable[[C], str | None]:
        if argument.variable is None:
            return _constant(argument.literal or "")
        read, default = self._readers(argument.variable.name), argument.variable.default

        def text(context: C) -> str | None:
            value = read(context)
            return default if value is None else text_of(value)

        return text


def _constant(text: str) -> Callable[[object], str]:
    return lambda _: text
