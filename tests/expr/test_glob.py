"""Matches patterns. The rows are in conformance/conditions.toml; here is what is particular to globs."""

import pytest

from gatewright.expr.glob import compile_glob


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("", "", True),
        ("", "a", False),
        ("*", "", True),
        ("*", "any\nthing", True),
        ("**", "x", True),
        ("a*a", "a", False),
        ("a*a", "aa", True),
        ("ab*ba", "aba", False),
        ("*a*b*", "xxaxxbxx", True),
        ("*a*b*", "xxbxxaxx", False),
        ("a*b*c", "abbc", True),
        ("a*bc*bc", "abc", False),
        ("%*", "*", True),
        ("%%", "%", True),
        ("%", "%", True),
        ("?", "a", False),
    ],
)
def test_a_star_is_any_characters_and_all_else_is_literal(pattern: str, text: str, expected: bool) -> None:
    assert compile_glob(pattern)(text) is expected


def test_many_stars_stay_linear() -> None:
    assert not compile_glob("*a" * 50 + "*b")("a" * 50_000)
