"""Conditions: what is written reads back as the same tree, and no text does worse than be refused."""

from contextlib import suppress
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from gatewright.expr import ConditionError, Reader, compile_condition, parse_condition, write_condition
from gatewright.expr.nodes import (
    Chain,
    Comparison,
    Connective,
    Expression,
    Literal,
    Not,
    Operator,
    Truth,
    Variable,
)
from gatewright.expr.parser import Condition
from gatewright.message import Value

names = st.from_regex(r"[A-Za-z_][A-Za-z0-9_.-]{0,8}", fullmatch=True).filter(
    lambda name: name.lower() not in {"and", "or", "not", "true", "false", "null"}
)
quoted_names = st.text(st.characters(exclude_characters="'\n"), min_size=1, max_size=6)
texts = st.text(st.characters(exclude_characters='"'), max_size=8)
numbers = st.integers(-(10**9), 10**9) | st.floats(-1e9, 1e9, allow_nan=False, width=32)
plain_values = st.one_of(texts, numbers, st.booleans(), st.none())

PATTERNS = {
    Operator.MATCHES: st.text("/ab*%", max_size=8),
    Operator.MATCHES_PATH: st.text("/ab*%{}", max_size=8),
    Operator.JAVA_REGEX: st.sampled_from(["", "a+", "(/?)$", "[a-z]*", ".*(^| )a( |$).*", r"\d{2,3}"]),
}


@st.composite
def comparisons(draw: st.DrawFn) -> Comparison:
    left = Variable(draw(names | quoted_names))
    operator = draw(st.sampled_from(Operator))
    if operator in PATTERNS:
        return Comparison(left, operator, Literal(draw(PATTERNS[operator])), draw(st.booleans()))
    if operator is Operator.STARTS_WITH:
        return Comparison(left, operator, Literal(draw(texts)), draw(st.booleans()))
    return Comparison(left, operator, draw(plain_values.map(Literal) | names.map(Variable)))


def chains(parts: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    @st.composite
    def chain(draw: st.DrawFn) -> Chain:
        operands = draw(st.lists(parts, min_size=2, max_size=4))
        connectives = [draw(st.sampled_from(Connective)) for _ in operands[1:]]
        return Chain(tuple(operands), tuple(connectives))

    return chain()


leaves: st.SearchStrategy[Expression] = st.one_of(
    comparisons(), names.map(Variable).map(Truth), st.booleans().map(Literal).map(Truth)
)
trees = st.recursive(leaves, lambda parts: parts.map(Not) | chains(parts), max_leaves=8)
values: st.SearchStrategy[Value] = st.one_of(plain_values, st.lists(texts, max_size=3))
SCRAPS = (
    *("a", "b.c-d", '"x"', "'y'", "(", ")", "!", "not ", " and ", " or ", "&&", "||", "=", "!=", "~", "~~"),
    *("~/", "/~", "=|", ":=", ">", "<=", " is ", "null", "true", "404", "1.5f", '"(', "{", "%", "\n"),
)
garbage = st.text(max_size=40) | st.lists(st.sampled_from(SCRAPS), max_size=12).map("".join)


class Anything(dict[str, Any]):
    """A context in which every variable has some value, the same one each time it is read."""

    def __init__(self, pool: list[Value]) -> None:
        super().__init__()
        self._pool = pool

    def __missing__(self, name: str) -> Value:
        return self._pool[sum(name.encode()) % len(self._pool)]


def holds(condition: Condition, context: Anything, *, and_binds_tighter: bool = True) -> bool:
    def anything(name: str) -> Reader[Anything]:
        return lambda variables: variables[name]

    return compile_condition(condition, anything, and_binds_tighter=and_binds_tighter)(context)


@given(trees)
def test_a_written_tree_reads_back_as_itself(tree: Expression) -> None:
    assert parse_condition(write_condition(tree)).root == tree


@given(garbage)
def test_no_text_does_worse_than_be_refused(text: str) -> None:
    with suppress(ConditionError):
        root = parse_condition(text).root
        assert parse_condition(write_condition(root)).root == root


@given(garbage)
def test_an_error_has_a_place_in_the_text(text: str) -> None:
    try:
        parse_condition(text)
    except ConditionError as error:
        place = (error.start, error.end, error.pointed)
    else:
        return
    assert 0 <= place[0] <= place[1] <= len(text) + 1
    assert place[2].endswith("^")


@given(trees, st.lists(values, min_size=1, max_size=4))
def test_not_turns_every_result_round(tree: Expression, pool: list[Value]) -> None:
    context = Anything(pool)
    assert holds(Condition("", Not(tree)), context) is not holds(Condition("", tree), context)


@given(trees, trees, trees, st.lists(values, min_size=1, max_size=4))
def test_parentheses_say_what_the_default_precedence_means(
    a: Expression, b: Expression, c: Expression, pool: list[Value]
) -> None:
    context = Anything(pool)
    mixed = Condition("", Chain((a, b, c), (Connective.OR, Connective.AND)))
    and_first = Condition("", Chain((a, Chain((b, c), (Connective.AND,))), (Connective.OR,)))
    or_first = Condition("", Chain((Chain((a, b), (Connective.OR,)), c), (Connective.AND,)))
    assert holds(mixed, context) is holds(and_first, context)
    assert holds(mixed, context, and_binds_tighter=False) is holds(or_first, context, and_binds_tighter=False)
