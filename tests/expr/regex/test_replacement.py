"""Replacement texts as java.util.regex.Matcher reads them."""

import pytest

from gatewright.expr import RegexError, compile_java_regex


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
