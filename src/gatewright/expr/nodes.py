"""The parsed form of a condition. Frozen; equal trees mean equal conditions (positions do not count)."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import TypeAlias


class Operator(Enum):
    """The comparison operators; the value is the word Apigee's reference lists first."""

    EQUALS = "Equals"
    NOT_EQUALS = "NotEquals"
    EQUALS_CASE_INSENSITIVE = "EqualsCaseInsensitive"
    GREATER_THAN = "GreaterThan"
    GREATER_THAN_OR_EQUALS = "GreaterThanOrEquals"
    LESSER_THAN = "LesserThan"
    LESSER_THAN_OR_EQUALS = "LesserThanOrEquals"
    STARTS_WITH = "StartsWith"
    MATCHES = "Matches"
    MATCHES_PATH = "MatchesPath"
    JAVA_REGEX = "JavaRegex"

    @property
    def is_pattern(self) -> bool:
        """The right-hand side is a pattern, so it must be known when the condition is compiled."""
        return self in (Operator.MATCHES, Operator.MATCHES_PATH, Operator.JAVA_REGEX)

    @property
    def is_negatable(self) -> bool:
        """May be written with a `not` of its own: `x !~ "y"`, `x Not MatchesPath "/y"`."""
        return self.is_pattern or self is Operator.STARTS_WITH

    @property
    def is_ordering(self) -> bool:
        return self in _ORDERING


_ORDERING = frozenset(
    {
        Operator.GREATER_THAN,
        Operator.GREATER_THAN_OR_EQUALS,
        Operator.LESSER_THAN,
        Operator.LESSER_THAN_OR_EQUALS,
    }
)


class Connective(Enum):
    AND = "and"
    OR = "or"


LiteralValue: TypeAlias = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Variable:
    name: str
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Literal:
    value: LiteralValue
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)

    def __eq__(self, other: object) -> bool:
        """`1`, `1.0` and `true` are different literals."""
        if not isinstance(other, Literal):
            return NotImplemented
        return type(self.value) is type(other.value) and self.value == other.value

    def __hash__(self) -> int:
        return hash((type(self.value), self.value))


Operand: TypeAlias = Variable | Literal


@dataclass(frozen=True, slots=True)
class Truth:
    """An operand alone: a variable that must be true, or the literal true or false."""

    operand: Operand


@dataclass(frozen=True, slots=True)
class Comparison:
    left: Operand
    operator: Operator
    right: Operand
    is_negated: bool = False


@dataclass(frozen=True, slots=True)
class Not:
    operand: "Expression"


@dataclass(frozen=True, slots=True)
class Chain:
    """`a and b or c`, as written: which connective binds tighter is decided when it is compiled.

    `len(connectives) == len(operands) - 1`, and there are at least two operands. What was in parentheses
    is one operand.
    """

    operands: "tuple[Expression, ...]"
    connectives: tuple[Connective, ...]

    @property
    def is_mixed(self) -> bool:
        return len(set(self.connectives)) > 1


Expression: TypeAlias = Truth | Comparison | Not | Chain


def variables_of(expression: Expression) -> Iterator[Variable]:
    """Every variable read, in the order written, repeated as often as it is named."""
    match expression:
        case Truth(operand):
            operands: tuple[Operand, ...] = (operand,)
        case Comparison(left, _, right):
            operands = (left, right)
        case Not(operand):
            yield from variables_of(operand)
            return
        case Chain(parts):
            for part in parts:
                yield from variables_of(part)
            return
    yield from (operand for operand in operands if isinstance(operand, Variable))
