"""Reading java.util.regex: what is refused, and where the error points."""

import tomllib
from typing import Any

import pytest
from tests.expr.rows import CONFORMANCE

from gatewright.expr import RegexError, compile_java_regex

TABLE: dict[str, Any] = tomllib.loads((CONFORMANCE / "java_regex.toml").read_text("utf-8"))


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
    ("pattern", "pointed"),
    [
        ("ab{", "missing }\nab{\n   ^"),
        ("a|*", "nothing to repeat before *\na|*\n  ^"),
        (r"ab\yc", "unknown escape \\y\nab\\yc\n  ^^"),
        ("[z-a]", "not a range of characters\n[z-a]\n ^^^"),
    ],
)
def test_an_error_points_at_its_place(pattern: str, pointed: str) -> None:
    with pytest.raises(RegexError) as caught:
        compile_java_regex(pattern)
    assert caught.value.pointed == pointed
