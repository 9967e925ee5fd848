"""Conditions written back. That they read as the same tree is a law; here is how they look."""

import pytest

from gatewright.expr import parse_condition, write_condition


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ('request.verb="GET"', 'request.verb Equals "GET"'),
        ('((a = 1)) && !(b ~ "x")', 'a Equals 1 and not b Matches "x"'),
        ('a !~/ "/x" || c', 'a not MatchesPath "/x" or c'),
        ("(a or b) and c", "(a or b) and c"),
        ("a or b and c", "a or b and c"),
        ("not (a or b)", "not (a or b)"),
        ("a > 1.5f and b < 2d and c = 10L", "a GreaterThan 1.5 and b LesserThan 2.0 and c Equals 10"),
        ("'x!y' = null", "'x!y' Equals null"),
        ("a = 'say \"hi\"'", "a Equals 'say \"hi\"'"),
        ("", "true"),
    ],
)
def test_a_condition_is_written_with_words_and_few_parentheses(text: str, written: str) -> None:
    assert write_condition(parse_condition(text).root) == written
