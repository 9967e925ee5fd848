"""Which patterns RE2 may run."""

import pytest

from gatewright.expr import compile_java_regex
from gatewright.expr.regex.reader import read_regex
from gatewright.expr.regex.writer import Use, write_backtracking, write_linear


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


@pytest.mark.parametrize(
    ("use", "written"),
    [(Use.FULL_MATCH, r"a\z"), (Use.SEARCH, "a(?:\\r\\n|[\\n\\r\\x85\u2028\u2029])?\\z"), (Use.SPANS, None)],
)
def test_a_dollar_is_written_for_what_is_asked(use: Use, written: str | None) -> None:
    assert write_linear(read_regex("a$"), use) == written


def test_flags_are_worked_into_the_characters() -> None:
    assert write_linear(read_regex("a(?i)b[c-d]|(?-i)e"), Use.FULL_MATCH) == "a[Bb][C-Dc-d]|e"


def test_groups_keep_their_names() -> None:
    assert write_backtracking(read_regex(r"(?<x>a)(b)\k<x>\2")) == r"(?P<x>a)(b)(?P=x)(?:\2)"
