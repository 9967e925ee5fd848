"""java.util.regex: the conformance rows, replacement texts, and what keeps patterns from being slow."""

import tomllib
from typing import Any

import pytest
from tests.expr.rows import CONFORMANCE, rows

from gatewright.expr import RegexError, RegexTimeout, compile_java_regex

TABLE: dict[str, Any] = tomllib.loads((CONFORMANCE / "java_regex.toml").read_text("utf-8"))
CASES = [(row["pattern"], case) for row in rows("java_regex") for case in row["cases"]]


@pytest.mark.parametrize(("pattern", "case"), CASES, ids=[f"{pattern[:30]}" for pattern, _ in CASES])
def test_a_pattern_answers_as_in_java(pattern: str, case: dict[str, Any]) -> None:
    regex = compile_java_regex(pattern)
    assert regex.matches(case["text"]) is case["matches"]
    assert regex.found_in(case["text"]) is case["found"]
    assert regex.replace(case["text"], regex.replacement("<$0>")) == case["replaced"]


@pytest.mark.parametrize("pattern", TABLE["refused"]["patterns"])
def test_what_java_refuses_is_refused(pattern: str) -> None:
    with pytest.raises(RegexError) as caught:
        compile_java_regex(pattern)
    assert 0 <= caught.value.start <= caught.value.end <= len(pattern) + 1


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        (r"a\b{g}", r"\b{g} is not supported"),
        (r"\2(a)(b)", "a reference to group 2 before it is not supported"),
        ("(?U)a", "unknown or unsupported flag U"),
        (r"[a-z&&\p{L}]", "this combination with a Unicode property is not supported"),
        (r"\N{BULLET}", r"unknown escape \N"),
        ("a{200000}", "repetitions out of range"),
        ("x" * 10_001, "regular expression longer than 10000 characters"),
        ("(" * 200 + ")" * 200, "groups nested deeper than 100"),
        ("[" * 50 + "a" + "]" * 50, "classes nested deeper than 20"),
        ("(a{1000}){1000}", "repetitions in repetitions multiply to too many"),
        ("(?=a)((((a{90}){90}){90}){90}){90}", "repetitions in repetitions multiply to too many"),
        ("(a{300}){300}", "regular expression refused: invalid repetition size: {300}"),
    ],
)
def test_what_cannot_be_run_with_its_meaning_is_refused(pattern: str, message: str) -> None:
    with pytest.raises(RegexError) as caught:
        compile_java_regex(pattern)
    assert caught.value.message == message


@pytest.mark.parametrize(
    ("pattern", "is_linear"),
    [
        (r"[\s]*(?i)((delete)|(exec)|(drop\s*table))", True),
        ("[a-z&&[^x]]+", True),
        (".*(^| )(a|b)( |$).*", True),
        (r"(a+)+$", True),
        (r"\bword\b", True),
        ("a*+", False),
        ("(?=a)a", False),
        (r"(a)\1", False),
        ("(?m)^a$", False),
        (r"a$\n", False),
        (r"\p{IsAlphabetic}", False),
        ("a{1001}", False),
    ],
)
def test_a_pattern_runs_in_linear_time_where_its_meaning_survives(pattern: str, is_linear: bool) -> None:
    assert compile_java_regex(pattern).is_linear is is_linear


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


@pytest.mark.parametrize(
    ("pattern", "text", "replacement", "expected"),
    [
        ("(a)(b)?", "ab a", "[$1$2]", "[ab] [a]"),
        ("(?<x>a)", "aa", "${x}${x}", "aaaa"),
        ("a", "aXa", r"\$\\", r"$\X$\ "[:-1]),
        ("(a)", "a", "$10", "a0"),
        ("x", "abc", "$0", "abc"),
        ("", "ab", "-", "-a-b-"),
        ("b*", "abc", "-", "-a--c-"),
        ("a*?", "aa", "-", "-a-a-"),
    ],
)
def test_replacements_follow_java(pattern: str, text: str, replacement: str, expected: str) -> None:
    regex = compile_java_regex(pattern)
    assert regex.replace(text, regex.replacement(replacement)) == expected


def test_only_the_first_is_replaced_when_asked() -> None:
    regex = compile_java_regex("a")
    assert regex.replace("aaa", regex.replacement("b"), 1) == "baa"


@pytest.mark.parametrize("text", ["$", "$x", "$9", "${y}", "${x", "a\\"])
def test_a_replacement_that_names_no_group_is_refused(text: str) -> None:
    with pytest.raises(RegexError):
        compile_java_regex("(a)").replacement(text)


@pytest.mark.parametrize("pattern", [".*", "(?=.).*"])
def test_a_lone_surrogate_in_the_text_hurts_nobody(pattern: str) -> None:
    regex = compile_java_regex(pattern)
    assert regex.matches("\ud800")
    assert regex.found_in("\ud800")
    assert regex.replace("a\ud800", regex.replacement("b")).startswith("b")
