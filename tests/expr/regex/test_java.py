"""java.util.regex: the conformance rows, and what keeps patterns from being slow."""

from typing import Any

import pytest
from tests.expr.rows import rows

from gatewright.expr import RegexTimeout, compile_java_regex

CASES = [(row["pattern"], case) for row in rows("java_regex") for case in row["cases"]]


@pytest.mark.parametrize(("pattern", "case"), CASES, ids=[f"{pattern[:30]}" for pattern, _ in CASES])
def test_a_pattern_answers_as_in_java(pattern: str, case: dict[str, Any]) -> None:
    regex = compile_java_regex(pattern)
    assert regex.matches(case["text"]) is case["matches"]
    assert regex.found_in(case["text"]) is case["found"]
    assert regex.replace(case["text"], regex.replacement("<$0>")) == case["replaced"]


@pytest.mark.parametrize("pattern", ["^(a+)+$", "(a|a)*b", "(a*)*b", r"(\w+\s?)*!", "(.*)(.*)(.*)(.*)x"])
def test_evil_patterns_are_harmless(pattern: str) -> None:
    regex = compile_java_regex(pattern)
    assert not regex.matches("a" * 50_000 + "-")


def test_a_pattern_that_needs_backtracking_is_given_up_in_time() -> None:
    regex = compile_java_regex("(?=a)(a|aa)+$")
    with pytest.raises(RegexTimeout):
        regex.matches("a" * 60 + "!")
    with pytest.raises(RegexTimeout):
        regex.replace("a" * 60 + "!", regex.replacement(""))


@pytest.mark.parametrize("pattern", [".*", "(?=.).*"])
def test_a_lone_surrogate_in_the_text_hurts_nobody(pattern: str) -> None:
    regex = compile_java_regex(pattern)
    assert regex.matches("\ud800")
    assert regex.found_in("\ud800")
    assert regex.replace("a\ud800", regex.replacement("b")).startswith("b")
