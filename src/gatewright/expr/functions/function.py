"""What a message-template function is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from random import Random
from typing import TypeAlias, TypeVar

from gatewright.expr.numeric import integer_of

T = TypeVar("T")
_KEPT = 32


class InvalidArgument(ValueError):
    """An argument the function cannot use. `position` counts arguments from 0.

    At deploy it becomes a TemplateError; while a request is served it is raised as it is.
    """

    def __init__(self, message: str, position: int) -> None:
        super().__init__(message)
        self.message = message
        self.position = position


Apply: TypeAlias = Callable[[Sequence[str], Random], str]
"""The function at request time: its arguments' texts in, its text out. Raises InvalidArgument."""

Prepare: TypeAlias = Callable[[Sequence[str | None]], Apply]
"""The function at deploy time: the texts of the arguments that are literals, None for the others.

Raises InvalidArgument for a literal that no request could use.
"""


@dataclass(frozen=True, slots=True)
class Function:
    """`least` and `most` count arguments. With `skips_null` null arguments are left out instead of empty."""

    name: str
    least: int
    most: int
    prepare: Prepare
    skips_null: bool = False


def plain(name: str, apply: Callable[[str], str]) -> Function:
    """A function of one text."""
    return Function(name, 1, 1, lambda _: lambda arguments, _random: apply(arguments[0]))


def integer(text: str, position: int) -> int:
    """An argument that counts. Raises InvalidArgument."""
    value = integer_of(text.strip())
    if value is None:
        raise InvalidArgument(f"not a whole number: {text}", position)
    return value


def compiled(compile_text: Callable[[str], T], literal: str | None) -> Callable[[str], T]:
    """Compiles an argument: a literal once, now; the texts of a variable as they come, keeping some."""
    if literal is None:
        return lru_cache(_KEPT)(compile_text)
    only = compile_text(literal)
    return lambda _: only
