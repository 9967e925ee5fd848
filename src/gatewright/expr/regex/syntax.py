"""The parsed form of a java.util.regex pattern. Flags are worked into the nodes; equal trees match alike."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from gatewright.expr.regex.charset import CharSet, of

LINE_TERMINATORS = of("\n\r\x85\u2028\u2029")
"""What `.` does not match, and what `$` may stand before (java.util.regex.Pattern, Line terminators)."""


class At(Enum):
    """A place in the text."""

    INPUT_START = "^ or \\A"
    INPUT_END = "\\z"
    FINAL_END = "$ or \\Z"  # the end, or before the line terminator that ends the text
    LINE_START = "^ in multiline mode"
    LINE_END = "$ in multiline mode"
    WORD_BOUNDARY = "\\b"
    NO_WORD_BOUNDARY = "\\B"
    MATCH_END = "\\G"


class Mode(Enum):
    GREEDY = ""
    LAZY = "?"
    POSSESSIVE = "+"


class GroupKind(Enum):
    """How a group without capture opens."""

    PLAIN = "(?:"
    ATOMIC = "(?>"
    AHEAD = "(?="
    NOT_AHEAD = "(?!"
    BEHIND = "(?<="
    NOT_BEHIND = "(?<!"


@dataclass(frozen=True, slots=True)
class One:
    """One character out of a set."""

    chars: CharSet


@dataclass(frozen=True, slots=True)
class Place:
    at: At


@dataclass(frozen=True, slots=True)
class Sequence:
    parts: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Alternatives:
    branches: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Repeat:
    """`most` is None when there is no limit."""

    body: "Node"
    least: int
    most: int | None
    mode: Mode = Mode.GREEDY


@dataclass(frozen=True, slots=True)
class Group:
    kind: GroupKind
    body: "Node"


@dataclass(frozen=True, slots=True)
class Capture:
    body: "Node"
    number: int
    name: str | None = None


@dataclass(frozen=True, slots=True)
class BackReference:
    group: int | str
    ignores_case: bool = False


@dataclass(frozen=True, slots=True)
class Grapheme:
    """`\\X`."""


Node: TypeAlias = One | Place | Sequence | Alternatives | Repeat | Group | Capture | BackReference | Grapheme


def walk(node: Node) -> Iterator[Node]:
    """The node and everything in it, in the order of the pattern."""
    yield node
    match node:
        case Sequence(children) | Alternatives(children):
            for child in children:
                yield from walk(child)
        case Repeat(body) | Group(_, body) | Capture(body):
            yield from walk(body)
        case _:
            return


def weight(node: Node) -> int:
    """How many elements the pattern has when counted repetitions are written out."""
    match node:
        case Sequence(children) | Alternatives(children):
            return 1 + sum(weight(child) for child in children)
        case Repeat(body, least, most):
            return weight(body) * max(1, least, most or 0)
        case Group(_, body) | Capture(body):
            return weight(body)
        case _:
            return 1
