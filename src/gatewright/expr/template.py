"""Message templates: text with `{variable}`, `{variable:default}` and `{function(argument,…)}` in it.

Braces around anything else are text, so JSON needs no escapes; a backslash makes a brace text that would not
be. The delimiters can be others (`variablePrefix`, `variableSuffix`).
Source: docs.apigee.com/api-platform/reference/message-template-intro.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeAlias

from gatewright.expr.errors import TemplateError
from gatewright.expr.functions import FUNCTIONS, Apply, Function, InvalidArgument

MAX_PLACEHOLDER = 4_096
"""Characters between a prefix and its suffix. Beyond it a brace is text: looking further costs too much."""

_NAME = r"[^\W\d][\w.$#@-]*"
_PLACEHOLDER = re.compile(rf"({_NAME})(?::([^\s{{}}\"';,][^{{}}\"';,\n]*))?")
_LONGEST_NAME = 64
_CALL = re.compile(r"([A-Za-z]\w*)\(")
_ARGUMENT = re.compile(rf"({_NAME})(?::(.*))?", re.DOTALL)
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class VariablePart:
    """A variable's value; `default` instead when it is null, where the template gives one."""

    name: str
    default: str | None = None


@dataclass(frozen=True, slots=True)
class Argument:
    """A literal (`literal` is not None) or a variable. `raw` is the argument as written."""

    raw: str
    literal: str | None = None
    variable: VariablePart | None = None


@dataclass(frozen=True, slots=True)
class CallPart:
    """A function call. `apply` is the function with its literal arguments worked in."""

    function: Function
    arguments: tuple[Argument, ...]
    apply: Apply = field(compare=False)


Part: TypeAlias = str | VariablePart | CallPart
Span: TypeAlias = tuple[int, int]
"""Where something lies in the text: the first character's index and the one after the last's."""


@dataclass(frozen=True, slots=True)
class TemplateWarning:
    """Something accepted that may not be meant, and how it is read."""

    message: str
    start: int
    end: int


@dataclass(frozen=True)
class Template:
    """A template that was read: literal texts, variables and calls in turn."""

    text: str
    parts: tuple[Part, ...]
    warnings: tuple[TemplateWarning, ...] = ()

    @cached_property
    def constant(self) -> str | None:
        """The text when nothing depends on the request, else None."""
        if any(not isinstance(part, str) for part in self.parts):
            return None
        return "".join(part for part in self.parts if isinstance(part, str))

    @cached_property
    def variables(self) -> tuple[str, ...]:
        """The names of the variables read, each once, in order of first occurrence."""
        return tuple(dict.fromkeys(_names(self.parts)))


def parse_template(text: str, prefix: str = "{", suffix: str = "}") -> Template:
    """Read a template. Raises TemplateError for an unknown function or a call that cannot work."""
    parser = _Parser(text, prefix, suffix)
    parts = tuple(_joined(parser.parts()))
    return Template(text, parts, tuple(parser.warnings))


def _names(parts: tuple[Part, ...]) -> Iterator[str]:
    for part in parts:
        if isinstance(part, VariablePart):
            yield part.name
        elif isinstance(part, CallPart):
            yield from (argument.variable.name for argument in part.arguments if argument.variable)


def _joined(parts: Iterator[Part]) -> Iterator[Part]:
    text = ""
    for part in parts:
        if isinstance(part, str):
            text += part
            continue
        if text:
            yield text
            text = ""
        yield part
    if text:
        yield text


class _Parser:
    """One pass over one template."""

    def __init__(self, text: str, prefix: str, suffix: str) -> None:
        self._text = text
        self._prefix = prefix
        self._suffix = suffix
        self._escapes = tuple(f"\\{mark}" for mark in {prefix, suffix})
        self._special = re.compile("|".join(re.escape(mark) for mark in (*self._escapes, prefix)))
        self.warnings: list[TemplateWarning] = []

    def parts(self) -> Iterator[Part]:
        at = 0
        while (special := self._special.search(self._text, at)) is not None:
            yield self._text[at : special.start()]
            at = special.end()
            if special[0] != self._prefix:
                yield special[0][1:]
                continue
            found = self._call(at) or self._variable(at)
            if found is None:
                yield self._prefix
            else:
                part, at = found
                yield part
        yield self._text[at:]

    def _variable(self, start: int) -> tuple[Part, int] | None:
        """The variable whose name starts there, and the place after its suffix."""
        end = self._text.find(self._suffix, start, start + MAX_PLACEHOLDER)
        if end < 0:
            return None
        inside = _PLACEHOLDER.fullmatch(self._text, start, end)
        if inside is None:
            return None
        return VariablePart(inside[1], inside[2]), end + len(self._suffix)

    def _call(self, start: int) -> tuple[Part, int] | None:
        opening = _CALL.match(self._text, start, start + _LONGEST_NAME)
        if opening is None:
            return None
        if self._text.find(f"){self._suffix}", opening.end(), start + MAX_PLACEHOLDER) < 0:
            return None
        pieces = _split(self._text, opening.end())
        if pieces is None:
            return None
        spans, closing = pieces
        if not self._text.startswith(self._suffix, closing + 1):
            return None
        function = _by_name(opening[1])
        if function is None:
            raise TemplateError(f"unknown function {opening[1]}", self._text, start, opening.end() - 1)
        part = self._called(function, [self._argument(*span) for span in spans], spans, (start, closing + 1))
        return part, closing + 1 + len(self._suffix)

    def _called(
        self,
        function: Function,
        arguments: list[Argument],
        spans: list[Span],
        span: tuple[int, int],
    ) -> CallPart:
        if not function.least <= len(arguments) <= function.most:
            raise TemplateError(_count_of(function), self._text, *span)
        try:
            apply = function.prepare([argument.literal for argument in arguments])
        except InvalidArgument as error:
            raise TemplateError(
                f"{function.name}: {error.message}", self._text, *spans[error.position]
            ) from error
        return CallPart(function, tuple(arguments), apply)

    def _argument(self, start: int, end: int) -> Argument:
        raw = self._text[start:end]
        text = raw.strip()
        if text != raw:
            self._warn("blanks around an argument are left out", start, end)
        if len(text) >= 2 and text[0] == text[-1] and text[0] in "'\"":
            if text[0] == '"':
                self._warn("double quotes around an argument are read as single quotes", start, end)
            return Argument(raw, literal=text[1:-1])
        if _NUMBER.fullmatch(text) or text in ("true", "false"):
            return Argument(raw, literal=text)
        named = _ARGUMENT.fullmatch(text)
        if named is None:
            return Argument(raw, literal=text)
        return Argument(raw, variable=VariablePart(named[1], named[2]))

    def _warn(self, message: str, start: int, end: int) -> None:
        self.warnings.append(TemplateWarning(message, start, end))


def _split(text: str, start: int) -> tuple[list[Span], int] | None:
    """Where the arguments lie that start there, and where their closing parenthesis is; None without one.

    Commas and parentheses in quotes or in brackets of their own do not count.
    """
    spans: list[Span] = []
    quote = ""
    depth = 0
    first = start
    for at in range(start, min(len(text), start + MAX_PLACEHOLDER)):
        char = text[at]
        if quote:
            quote = "" if char == quote else quote
        elif char in "'\"":
            quote = char
        elif char in "([":
            depth += 1
        elif char == ")" and depth == 0:
            if spans or text[first:at].strip():
                spans.append((first, at))
            return spans, at
        elif char in ")]":
            depth -= 1
        elif char == "," and depth == 0:
            spans.append((first, at))
            first = at + 1
    return None


def _by_name(name: str) -> Function | None:
    """Without regard to case: `xpath` and `xPath` are both in Apigee's documentation."""
    lower = name.lower()
    return next((function for function in FUNCTIONS if function.name.lower() == lower), None)


def _count_of(function: Function) -> str:
    most = f" to {function.most}" if function.most != function.least else ""
    return f"{function.name} takes {function.least}{most} arguments"
