"""The parsed form of a JSONPath. Frozen; equal trees select alike."""

from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from gatewright.expr.regex import JavaRegex

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"
"""A JSON value as the standard library's json module reads it."""


@dataclass(frozen=True, slots=True)
class Names:
    """`.a`, `['a']`, `['a','b']`."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Indexes:
    """`[0]`, `[-1]`, `[0,2]`."""

    indexes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Slice:
    """`[first:last]`, the last not included; None is open."""

    first: int | None
    last: int | None


@dataclass(frozen=True, slots=True)
class Wildcard:
    """`*`: every value of an object or item of an array."""


@dataclass(frozen=True, slots=True)
class Filter:
    """`[?(…)]`: the items, or the object itself, for which the predicate holds."""

    predicate: "Predicate"


@dataclass(frozen=True, slots=True)
class Pick:
    """`[n]` right after a filter: the n-th of what it selected."""

    index: int


@dataclass(frozen=True, slots=True)
class Descend:
    """`..` before a selector: at the value itself and at everything in it."""

    selector: "Simple"


Simple: TypeAlias = Names | Indexes | Slice | Wildcard | Filter
Selector: TypeAlias = Simple | Pick | Descend


class Function(Enum):
    """A function at a path's end."""

    LENGTH = "length"
    SIZE = "size"
    KEYS = "keys"
    FIRST = "first"
    LAST = "last"
    MIN = "min"
    MAX = "max"
    SUM = "sum"
    AVERAGE = "avg"
    DEVIATION = "stddev"

    @property
    def is_aggregate(self) -> bool:
        """It takes numbers, wherever they come from; the others take one value."""
        return self in _AGGREGATES


_AGGREGATES = frozenset({Function.MIN, Function.MAX, Function.SUM, Function.AVERAGE, Function.DEVIATION})


@dataclass(frozen=True, slots=True)
class Path:
    """From the document (`$`), or in a predicate from the item (`@`)."""

    is_absolute: bool
    selectors: tuple[Selector, ...]
    function: Function | None = None

    @property
    def is_definite(self) -> bool:
        """It selects one value or none. An index on a filter's results selects one of them."""
        picked = [
            i + 1 < len(self.selectors) and isinstance(self.selectors[i + 1], Pick)
            for i in range(len(self.selectors))
        ]
        return all(_is_single(selector) or picked[i] for i, selector in enumerate(self.selectors))


def _is_single(selector: Selector) -> bool:
    match selector:
        case Names(names):
            return len(names) == 1
        case Indexes(indexes):
            return len(indexes) == 1
        case Pick():
            return True
        case _:
            return False


class Comparison(Enum):
    EQUAL = "=="
    NOT_EQUAL = "!="
    LESS = "<"
    LESS_OR_EQUAL = "<="
    GREATER = ">"
    GREATER_OR_EQUAL = ">="
    MATCHES = "=~"
    IN = "in"
    NOT_IN = "nin"
    SUBSET_OF = "subsetof"
    ANY_OF = "anyof"
    NONE_OF = "noneof"
    CONTAINS = "contains"
    SIZE = "size"
    EMPTY = "empty"


@dataclass(frozen=True)
class Constant:
    value: Json


@dataclass(frozen=True)
class Regex:
    """`/…/i`."""

    regex: JavaRegex


Operand: TypeAlias = Path | Constant | Regex


@dataclass(frozen=True)
class Exists:
    path: Path


@dataclass(frozen=True)
class Compare:
    left: Operand
    comparison: Comparison
    right: Operand


@dataclass(frozen=True)
class Not:
    operand: "Predicate"


@dataclass(frozen=True)
class All:
    operands: "tuple[Predicate, ...]"


@dataclass(frozen=True)
class AnyOf:
    operands: "tuple[Predicate, ...]"


Predicate: TypeAlias = Exists | Compare | Not | All | AnyOf
