"""Turns a predicate into a test of an item, with Jayway's rules for what equals and orders what."""

from collections.abc import Callable
from operator import ge, gt, le, lt
from typing import TypeAlias

from gatewright.expr.jsonpath.syntax import (
    All,
    AnyOf,
    Compare,
    Comparison,
    Constant,
    Exists,
    Json,
    Not,
    Operand,
    Path,
    Predicate,
    Regex,
)
from gatewright.expr.numeric import number_of

Find: TypeAlias = Callable[[Json, Json], list[Json]]
"""From the document and the item a path may start at to the values found."""
Test: TypeAlias = Callable[[Json, Json], bool]
"""Whether a predicate holds for an item of a document."""
_Compare: TypeAlias = Callable[[Json, Json], bool]
Get: TypeAlias = "Callable[[Json, Json], Json | Missing]"


class Missing:
    """What an operand is whose path finds nothing. It equals nothing, null neither."""


_MISSING = Missing()


def predicate_test(predicate: Predicate, finder: Callable[[Path], Find]) -> Test:
    """The test of a predicate. `finder` compiles the paths in it."""
    match predicate:
        case Exists(path):
            find = finder(path)
            return lambda document, item: bool(find(document, item))
        case Not(operand):
            test = predicate_test(operand, finder)
            return lambda document, item: not test(document, item)
        case All(operands):
            tests = [predicate_test(operand, finder) for operand in operands]
            return lambda document, item: all(test(document, item) for test in tests)
        case AnyOf(operands):
            tests = [predicate_test(operand, finder) for operand in operands]
            return lambda document, item: any(test(document, item) for test in tests)
        case Compare():
            return _comparison(predicate, finder)


def _comparison(node: Compare, finder: Callable[[Path], Find]) -> Test:
    if node.comparison is Comparison.MATCHES:
        return _matching(node, finder)
    left, right = _getter(node.left, finder), _getter(node.right, finder)
    compare = _COMPARISONS[node.comparison]

    def test(document: Json, item: Json) -> bool:
        first, second = left(document, item), right(document, item)
        if isinstance(first, Missing) or isinstance(second, Missing):
            return node.comparison is Comparison.NOT_EQUAL and first is not second
        return compare(first, second)

    return test


def _matching(node: Compare, finder: Callable[[Path], Find]) -> Test:
    """`=~`: the text as a whole; an array matches when one of its texts does."""
    left, right = (node.right, node.left) if isinstance(node.left, Regex) else (node.left, node.right)
    if not isinstance(right, Regex):
        return lambda _document, _item: False
    get, matches = _getter(left, finder), right.regex.matches

    def test(document: Json, item: Json) -> bool:
        value = get(document, item)
        if isinstance(value, str):
            return matches(value)
        return isinstance(value, list) and any(isinstance(text, str) and matches(text) for text in value)

    return test


def _getter(operand: Operand, finder: Callable[[Path], Find]) -> Get:
    if isinstance(operand, Constant):
        value = operand.value
        return lambda _document, _item: value
    if isinstance(operand, Regex):
        return lambda _document, _item: _MISSING
    find = finder(operand)
    if not operand.is_definite:
        return find

    def get(document: Json, item: Json) -> "Json | Missing":
        found = find(document, item)
        return found[0] if found else _MISSING

    return get


def _is_number(value: Json) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def equal(left: Json, right: Json) -> bool:
    """Kinds differ, values differ; only a string that spells a number equals that number."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if _is_number(left) and isinstance(right, str):
        return _spells(right, left)
    if isinstance(left, str) and _is_number(right):
        return _spells(left, right)
    return left == right


def _spells(text: str, number: Json) -> bool:
    spelled = number_of(text)
    return spelled is not None and spelled == number


def _ordering(on_numbers: Callable[[float, float], bool], on_texts: Callable[[str, str], bool]) -> _Compare:
    def compare(left: Json, right: Json) -> bool:
        if isinstance(left, str) and isinstance(right, str):
            return on_texts(left, right)
        if isinstance(left, int | float) and isinstance(right, int | float):
            return _is_number(left) and _is_number(right) and on_numbers(left, right)
        return False

    return compare


def _in(value: Json, values: Json) -> bool:
    return isinstance(values, list) and any(equal(value, other) for other in values)


def _any_of(left: Json, right: Json) -> bool:
    return isinstance(left, list) and any(_in(item, right) for item in left)


def _subset_of(left: Json, right: Json) -> bool:
    return isinstance(left, list) and isinstance(right, list) and all(_in(item, right) for item in left)


def _contains(left: Json, right: Json) -> bool:
    if isinstance(left, str):
        return isinstance(right, str) and right in left
    return _in(right, left)


def _size(left: Json, right: Json) -> bool:
    return isinstance(left, str | list) and len(left) == right


def _empty(left: Json, right: Json) -> bool:
    return isinstance(left, str | list | dict) and (not left) is right


_COMPARISONS: dict[Comparison, _Compare] = {
    Comparison.EQUAL: equal,
    Comparison.NOT_EQUAL: lambda left, right: not equal(left, right),
    Comparison.LESS: _ordering(lt, lt),
    Comparison.LESS_OR_EQUAL: _ordering(le, le),
    Comparison.GREATER: _ordering(gt, gt),
    Comparison.GREATER_OR_EQUAL: _ordering(ge, ge),
    Comparison.IN: _in,
    Comparison.NOT_IN: lambda left, right: isinstance(right, list) and not _in(left, right),
    Comparison.SUBSET_OF: _subset_of,
    Comparison.ANY_OF: _any_of,
    Comparison.NONE_OF: lambda left, right: isinstance(left, list) and not _any_of(left, right),
    Comparison.CONTAINS: _contains,
    Comparison.SIZE: _size,
    Comparison.EMPTY: _empty,
}
