"""Turns a condition into one closure. Whatever does not depend on the request is worked out here.

The context `C` is opaque: `readers(name)` gives the reader of a variable, once per mention.
"""

from collections.abc import Callable, Sequence
from typing import Generic, TypeAlias, TypeVar

from gatewright.expr.compare import NULLS, Comparer, comparer
from gatewright.expr.glob import compile_glob
from gatewright.expr.nodes import (
    Chain,
    Comparison,
    Connective,
    Expression,
    Literal,
    LiteralValue,
    Not,
    Operand,
    Operator,
    Truth,
    Variable,
)
from gatewright.expr.numeric import number_of
from gatewright.expr.parser import Condition
from gatewright.expr.path import compile_path, parse_path
from gatewright.expr.regex import compile_java_regex
from gatewright.message import Message, Value, text_of

C = TypeVar("C")
Reader: TypeAlias = Callable[[C], Value]
"""Reads one variable of a context; None when it is null or unresolved."""
Readers: TypeAlias = Callable[[str], Reader[C]]
Test: TypeAlias = Callable[[C], bool]


def compile_condition(
    condition: Condition, readers: Readers[C], *, and_binds_tighter: bool = True
) -> Callable[[C], bool]:
    """The test of a condition.

    Apigee's own pages contradict each other on `a and b or c and d` without parentheses. By default `and`
    binds tighter, as Edge's reference says; `and_binds_tighter=False` lets `or` bind tighter, as Apigee X's
    page on conditional flows has it.
    """
    test = _Compiler(readers, and_binds_tighter=and_binds_tighter).compile(condition.root)
    return _constant(test) if isinstance(test, bool) else test


class _Compiler(Generic[C]):
    """Compiles one tree. A part whose result is known beforehand is a bool instead of a test."""

    def __init__(self, readers: Readers[C], *, and_binds_tighter: bool) -> None:
        self._readers = readers
        self._looser, self._tighter = (
            (Connective.OR, Connective.AND) if and_binds_tighter else (Connective.AND, Connective.OR)
        )

    def compile(self, node: Expression) -> Test[C] | bool:
        match node:
            case Truth(operand):
                return self._truth(operand)
            case Comparison():
                return self._negatable(node)
            case Not(operand):
                return negated(self.compile(operand))
            case Chain():
                return self._chain(node)

    def _truth(self, operand: Operand) -> Test[C] | bool:
        if isinstance(operand, Literal):
            return operand.value is True
        return is_true(self._readers(operand.name))

    def _chain(self, chain: Chain) -> Test[C] | bool:
        """Split where the looser connective stands; what lies between is joined by the tighter one."""
        groups: list[list[Expression]] = [[chain.operands[0]]]
        for connective, operand in zip(chain.connectives, chain.operands[1:], strict=True):
            if connective is self._looser:
                groups.append([operand])
            else:
                groups[-1].append(operand)
        tests = [joined(self._tighter, [self.compile(part) for part in group]) for group in groups]
        return joined(self._looser, tests)

    def _negatable(self, node: Comparison) -> Test[C] | bool:
        if not node.is_negated:
            return self._comparison(node)
        if isinstance(node.right, Literal) and node.right.value is None:
            return False  # the row of `!~` in the table of nulls
        return negated(self._comparison(node))

    def _comparison(self, node: Comparison) -> Test[C] | bool:
        left, operator, right = node.left, node.operator, node.right
        if isinstance(left, Variable):
            read = self._readers(left.name)
            if isinstance(right, Literal):
                return against_literal(read, operator, right.value)
            return _of_two(comparer(operator), read, self._readers(right.name))
        if isinstance(right, Variable):
            return _from_literal(comparer(operator), left.value, self._readers(right.name))
        return of_literals(left.value, operator, right.value)


def joined(connective: Connective, tests: Sequence[Test[C] | bool]) -> Test[C] | bool:
    """All tests with `and`, any with `or`, in order and only as far as needed."""
    decisive = connective is Connective.OR
    left: list[Test[C]] = []
    for test in tests:
        if not isinstance(test, bool):
            left.append(test)
        elif test is decisive:
            # What stands before it is not evaluated either: reading a variable has no effect.
            return decisive
    if not left:
        return not decisive
    if len(left) == 1:
        return left[0]
    if len(left) == 2:
        first, second = left
        if decisive:
            return lambda context: first(context) or second(context)
        return lambda context: first(context) and second(context)
    many = tuple(left)
    if decisive:
        return lambda context: _any(many, context)
    return lambda context: _all(many, context)


def negated(test: Test[C] | bool) -> Test[C] | bool:
    if isinstance(test, bool):
        return not test
    return lambda context: not test(context)


def is_true(read: Reader[C]) -> Test[C]:
    """A bare variable holds when it is Boolean true or the string `true`."""

    def test(context: C) -> bool:
        value = read(context)
        return value is True or value == "true"

    return test


def of_literals(left: LiteralValue, operator: Operator, right: LiteralValue) -> bool:
    if not operator.is_pattern:
        return comparer(operator)(left, right)
    if left is None or right is None:
        return False
    return pattern_test(operator, text_of(right))(text_of(left))


def against_literal(read: Reader[C], operator: Operator, literal: LiteralValue) -> Test[C] | bool:
    """The test of a variable against a literal, cheapest for strings, which most variables are."""
    if literal is None:
        return _against_null(read, operator)
    if operator is Operator.EQUALS:
        return _equals(read, literal)
    if operator is Operator.NOT_EQUALS:
        return _not_equals(read, literal)
    if operator is Operator.MATCHES_PATH and (path := parse_path(text_of(literal)).literal) is not None:
        return lambda context: read(context) == path
    if operator.is_pattern:
        return _on_text(read, pattern_test(operator, text_of(literal)))
    if operator is Operator.STARTS_WITH:
        start = text_of(literal)
        return _on_text(read, lambda text: text.startswith(start))
    if operator is Operator.EQUALS_CASE_INSENSITIVE:
        lower = text_of(literal).lower()
        return _on_text(read, lambda text: text.lower() == lower)
    compare = comparer(operator)
    return lambda context: compare(read(context), literal)


def pattern_test(operator: Operator, pattern: str) -> Callable[[str], bool]:
    if operator is Operator.MATCHES:
        return compile_glob(pattern)
    if operator is Operator.MATCHES_PATH:
        return compile_path(pattern)
    return compile_java_regex(pattern).matches


def _against_null(read: Reader[C], operator: Operator) -> Test[C] | bool:
    _, right_null, both_null = NULLS[operator]
    if right_null == both_null:
        return right_null
    if both_null:
        return lambda context: read(context) is None
    return lambda context: read(context) is not None


def _equals(read: Reader[C], literal: LiteralValue) -> Test[C]:
    slow = comparer(Operator.EQUALS)
    spelled = text_of(literal)
    number = number_of(spelled) if isinstance(literal, str) else literal
    if isinstance(literal, str):

        def equals_text(context: C) -> bool:
            value = read(context)
            if value.__class__ is str:
                return value == literal
            return value == number if value.__class__ is int else slow(value, literal)

        return equals_text

    def equals(context: C) -> bool:
        value = read(context)
        if value.__class__ is int:
            return value == literal
        return value == spelled or slow(value, literal)

    return equals


def _not_equals(read: Reader[C], literal: LiteralValue) -> Test[C]:
    slow = comparer(Operator.NOT_EQUALS)

    def not_equals(context: C) -> bool:
        value = read(context)
        if value.__class__ is str and isinstance(literal, str):
            return value != literal
        return slow(value, literal)

    return not_equals


def _on_text(read: Reader[C], holds: Callable[[str], bool]) -> Test[C]:
    """A test on the value's text. Null passes none (see NULLS), nor does a message."""

    def test(context: C) -> bool:
        value = read(context)
        if isinstance(value, str):
            return holds(value)
        return value is not None and not isinstance(value, Message) and holds(text_of(value))

    return test


def _of_two(compare: Comparer, left: Reader[C], right: Reader[C]) -> Test[C]:
    return lambda context: compare(left(context), right(context))


def _from_literal(compare: Comparer, left: LiteralValue, right: Reader[C]) -> Test[C]:
    return lambda context: compare(left, right(context))


def _any(tests: tuple[Test[C], ...], context: C) -> bool:
    for test in tests:  # noqa: SIM110 - a loop costs half of any() with a generator
        if test(context):
            return True
    return False


def _all(tests: tuple[Test[C], ...], context: C) -> bool:
    for test in tests:  # noqa: SIM110 - a loop costs half of all() with a generator
        if not test(context):
            return False
    return True


def _constant(value: bool) -> Callable[[object], bool]:
    return lambda _: value
