"""Case, parts and replacement. Source: docs.apigee.com/api-platform/reference/message-template-intro."""

from collections.abc import Sequence
from random import Random

from gatewright.expr.errors import RegexError
from gatewright.expr.functions.function import Apply, Function, InvalidArgument, compiled, integer, plain
from gatewright.expr.regex import JavaRegex, compile_java_regex


def substring(text: str, start: int, end: int | None = None) -> str:
    """The characters from `start` up to `end`; negative places count from the end, none is out of range."""
    return text[slice(_place(start, len(text)), None if end is None else _place(end, len(text)))]


def _place(index: int, length: int) -> int:
    return max(0, index + length) if index < 0 else index


def _prepare_substring(_: Sequence[str | None]) -> Apply:
    def apply(arguments: Sequence[str], _random: Random) -> str:
        places = [integer(text, position) for position, text in enumerate(arguments[1:], 1)]
        return substring(arguments[0], *places)

    return apply


def _prepare_replace(literals: Sequence[str | None], count: int) -> Apply:
    regex_of = compiled(_regex, literals[1])

    def apply(arguments: Sequence[str], _random: Random) -> str:
        text, pattern, value = arguments
        regex = regex_of(pattern)
        try:
            replacement = regex.replacement(value)
        except RegexError as error:
            raise InvalidArgument(error.message, 2) from error
        return regex.replace(text, replacement, count)

    return apply


def _regex(pattern: str) -> JavaRegex:
    try:
        return compile_java_regex(pattern)
    except RegexError as error:
        raise InvalidArgument(error.message, 1) from error


def _first_not_null(_: Sequence[str | None]) -> Apply:
    return lambda arguments, _random: arguments[0] if arguments else ""


FUNCTIONS = (
    plain("toUpperCase", str.upper),
    plain("toLowerCase", str.lower),
    Function("substring", 2, 3, _prepare_substring),
    Function("replaceAll", 3, 3, lambda literals: _prepare_replace(literals, 0)),
    Function("replaceFirst", 3, 3, lambda literals: _prepare_replace(literals, 1)),
    Function("firstnonnull", 1, 100, _first_not_null, skips_null=True),
)
