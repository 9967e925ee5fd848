"""Which texts are conditions: published bundles, apigeelint's tests, and what an error says."""

from typing import Any

import pytest
from tests.expr.rows import rows

from gatewright.expr import Condition, ConditionError, parse_condition
from gatewright.expr.nodes import Chain, Comparison, Not, Operator, Truth

PUBLISHED = rows("conditions_published")
SYNTAX = rows("conditions_syntax")


def reading(text: str) -> str:
    try:
        return "warned" if parse_condition(text).warnings else "accepted"
    except ConditionError:
        return "refused"


def operators(node: Any) -> list[str]:
    """The words of apigeelint's parser for the operators of a tree, sorted."""
    match node:
        case Truth():
            return []
        case Not(operand):
            return sorted(["NOT", *operators(operand)])
        case Comparison(_, operator, _, is_negated):
            return sorted([operator.value, *(["NOT"] if is_negated else [])])
        case Chain(operands, connectives):
            inner = [word for part in operands for word in operators(part)]
            return sorted([*inner, *(connective.value.upper() for connective in connectives)])
        case _:
            raise AssertionError(node)


@pytest.mark.parametrize("row", PUBLISHED, ids=[row["condition"][:50] or "empty" for row in PUBLISHED])
def test_a_published_condition_is_read(row: dict[str, Any]) -> None:
    assert reading(row["condition"]) == row["reading"]
    if "operators" in row and row["reading"] != "refused":
        assert operators(parse_condition(row["condition"]).root) == row["operators"].split()


@pytest.mark.parametrize("row", PUBLISHED, ids=[row["condition"][:50] or "empty" for row in PUBLISHED])
def test_a_warning_or_refusal_says_why(row: dict[str, Any]) -> None:
    try:
        messages = [warning.message for warning in parse_condition(row["condition"]).warnings]
    except ConditionError as error:
        messages = [error.message]
    assert (messages[0] if messages else None) == row.get("because")


def test_every_condition_of_a_bundle_meant_to_run_is_accepted() -> None:
    refused = [row for row in PUBLISHED if row["reading"] == "refused"]
    assert {row["source"] for row in refused} == {"apigee/apigeelint"}
    assert len(refused) == 4


@pytest.mark.parametrize("row", SYNTAX, ids=[row["condition"][:50] for row in SYNTAX])
def test_the_syntax_is_that_of_apigeelint(row: dict[str, Any]) -> None:
    expected = row.get("reading", "accepted" if row["accepts"] else "refused")
    assert reading(row["condition"]) == expected
    if "operators" in row:
        assert operators(parse_condition(row["condition"]).root) == row["operators"].split()


@pytest.mark.parametrize(
    "text", [row["condition"] for row in rows("conditions_truth") if "is_refused" in row]
)
def test_a_negation_that_means_nothing_is_refused(text: str) -> None:
    assert reading(text) == "refused"


@pytest.mark.parametrize(
    ("text", "pointed"),
    [
        ('a SeemsLike "x"', 'unknown operator SeemsLike\na SeemsLike "x"\n  ^^^^^^^^^'),
        ('a = "x', 'missing closing "\na = "x\n    ^^'),
        ("a =", "expected a value\na =\n   ^"),
        ('a = "x" and', 'expected a variable or a literal\na = "x" and\n           ^'),
        ('a = "x" and and b', 'expected a condition, found `and`\na = "x" and and b\n            ^^^'),
        ('a = "x")', 'closing parenthesis without an opening one\na = "x")\n       ^'),
        ('a = "x" "y"', 'expected an operator, and, or, or the end\na = "x" "y"\n        ^^^'),
        ("a > 20.20.20", "not a number: 20.20.20\na > 20.20.20\n    ^^^^^^^^"),
        ("{a} = 1", "a condition names variables without braces\n{a} = 1\n^"),
        ("a & b", "unexpected &; did you mean &&?\na & b\n  ^"),
        ('a ~~ "x("', 'missing closing parenthesis\na ~~ "x("\n       ^'),
        ('a ~ b', "Matches needs a pattern in double quotes\na ~ b\n    ^"),
        ("a ~~ 20", "JavaRegex needs a string\na ~~ 20\n     ^^"),
        ('"x"', 'a literal alone is no condition: compare it\n"x"\n^^^'),
        ('a not = "x"', 'NotEquals'),
        ('a = "x"\nand\n\tb SeemsLike "y"', 'unknown operator SeemsLike\n\tb SeemsLike "y"\n\t  ^^^^^^^^^'),
        ("a not", "expected an operator after `not`\na not\n     ^"),
        ("(a b)", "unknown operator b\n(a b)\n   ^"),
        ('("x" = a "y")', "expected an operator, and, or, or a closing parenthesis\n"),
    ],
)  # fmt: skip
def test_an_error_says_what_is_wrong_and_points_at_it(text: str, pointed: str) -> None:
    with pytest.raises(ConditionError) as caught:
        parse_condition(text)
    if pointed == "NotEquals":
        assert "negate the whole comparison" in caught.value.message
    else:
        assert caught.value.pointed.startswith(pointed)
    assert str(caught.value) == caught.value.message


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "empty condition, read as true"),
        ("(a = 1", "missing closing parenthesis, read as closed at the end"),
        ('p /~ "/x"', "`/~` is no operator, read as `~/` (MatchesPath)"),
        ("1=1", "a literal on the left of a comparison is read as a value"),
        ("a = 'x'", "single quotes on the right are read as a string, as double quotes"),
        ('a > "5"', "ordered against a string: compared as text, not as numbers"),
        ("a = NULL", "NULL is read as null"),
        ("a and b or c", "`and` and `or` mixed without parentheses: `and` binds tighter"),
    ],
)
def test_a_sloppy_form_is_accepted_with_a_warning_that_says_how_it_is_read(text: str, message: str) -> None:
    condition = parse_condition(text)
    assert [warning.message for warning in condition.warnings] == [message]
    warning = condition.warnings[0]
    assert 0 <= warning.start <= warning.end <= len(text)


def test_parentheses_quiet_the_warning_of_a_mixture() -> None:
    assert parse_condition("a and (b or c)").warnings == ()
    assert len(parse_condition("(a and b or c) or (d or e and f)").warnings) == 2


def test_the_variables_are_those_that_are_read_each_once() -> None:
    condition = parse_condition("a = b and not (c ~ \"x\" or a = 1) and 'd!e' = null")
    assert condition.variables == ("a", "b", "c", "d!e")


def test_nesting_is_bounded() -> None:
    for text in ("(" * 500 + "a" + ")" * 500, "!" * 500 + "a", "not " * 500 + "a"):
        with pytest.raises(ConditionError, match="nested deeper"):
            parse_condition(text)


def test_length_is_bounded() -> None:
    with pytest.raises(ConditionError, match="longer than"):
        parse_condition('a = "' + "x" * 30_000 + '"')


def test_a_condition_of_many_parts_is_read() -> None:
    text = " or ".join(f'a = "{i}"' for i in range(800))
    assert isinstance(parse_condition(text), Condition)


def test_operator_words_are_read_in_any_case() -> None:
    for operator in Operator:
        text = f'a {operator.value.upper()} "x"'
        assert (
            parse_condition(text).root
            == parse_condition(text.replace(operator.value.upper(), operator.value)).root
        )
