"""What comparing two values means: nulls, coercion, order.

Null rows: the table of docs.apigee.com/api-platform/reference/conditions-reference, as published, odd rows
included. Coercion: both sides become the wider of Boolean < Integer < Long < Float < Double < String; a
string that spells a number equals that number. A message is an Object, which compares to nothing.
"""

from collections.abc import Callable, Mapping
from operator import ge, gt, le, lt
from typing import TypeAlias

from gatewright.expr.nodes import Operator
from gatewright.expr.numeric import number_of
from gatewright.message import Message, Value, text_of

Comparer: TypeAlias = Callable[[Value, Value], bool]

NULLS: Mapping[Operator, tuple[bool, bool, bool]] = {
    Operator.EQUALS: (False, False, True),
    Operator.NOT_EQUALS: (True, True, False),
    Operator.EQUALS_CASE_INSENSITIVE: (False, False, True),
    Operator.STARTS_WITH: (False, False, False),
    Operator.GREATER_THAN: (True, False, False),
    Operator.GREATER_THAN_OR_EQUALS: (False, True, True),
    Operator.LESSER_THAN: (True, False, False),
    Operator.LESSER_THAN_OR_EQUALS: (True, False, True),
    Operator.MATCHES: (False, False, False),
    Operator.MATCHES_PATH: (False, False, False),
    Operator.JAVA_REGEX: (False, False, False),
}
"""What holds when the left side alone, the right side alone, or both are null."""


def comparer(operator: Operator) -> Comparer:
    """The comparison for an operator whose right side is a value, not a pattern."""
    compare = _COMPARERS[operator]
    left_null, right_null, both_null = NULLS[operator]

    def with_nulls(left: Value, right: Value) -> bool:
        if left is None:
            return both_null if right is None else left_null
        if right is None:
            return right_null
        if isinstance(left, Message) or isinstance(right, Message):
            return False
        return compare(left, right)

    return with_nulls


def equal(left: Value, right: Value) -> bool:
    """Neither is null."""
    if isinstance(left, str) and isinstance(right, str):
        return left == right
    numbers = _numbers(left, right)
    if numbers is not None:
        return numbers[0] == numbers[1]
    return text_of(left) == text_of(right)


def _numbers(left: Value, right: Value) -> tuple[float | int, float | int] | None:
    """Both as numbers when one is a number and the other is one, spells one, or is a Boolean beside it."""
    if not (_is_number(left) or _is_number(right)):
        return None
    first, second = _as_number(left), _as_number(right)
    return None if first is None or second is None else (first, second)


def _is_number(value: Value) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _as_number(value: Value) -> float | int | None:
    if isinstance(value, int | float):
        return value
    return number_of(value) if isinstance(value, str) else None


def _not_equal(left: Value, right: Value) -> bool:
    return not equal(left, right)


def _equal_ignoring_case(left: Value, right: Value) -> bool:
    return text_of(left).lower() == text_of(right).lower()


def _starts_with(left: Value, right: Value) -> bool:
    return text_of(left).startswith(text_of(right))


def _ordering(on_numbers: Callable[[float, float], bool], on_texts: Callable[[str, str], bool]) -> Comparer:
    """Two strings are ordered as texts; beside a number, a string that spells one is a number too."""

    def compare(left: Value, right: Value) -> bool:
        if isinstance(left, str) and isinstance(right, str):
            return on_texts(left, right)
        if isinstance(left, bool) and isinstance(right, bool):
            return on_numbers(left, right)
        numbers = _numbers(left, right)
        if numbers is not None:
            return on_numbers(*numbers)
        return on_texts(text_of(left), text_of(right))

    return compare


_COMPARERS: Mapping[Operator, Comparer] = {
    Operator.EQUALS: equal,
    Operator.NOT_EQUALS: _not_equal,
    Operator.EQUALS_CASE_INSENSITIVE: _equal_ignoring_case,
    Operator.STARTS_WITH: _starts_with,
    Operator.GREATER_THAN: _ordering(gt, gt),
    Operator.GREATER_THAN_OR_EQUALS: _ordering(ge, ge),
    Operator.LESSER_THAN: _ordering(lt, lt),
    Operator.LESSER_THAN_OR_EQUALS: _ordering(le, le),
}
