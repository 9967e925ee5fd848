"""Path patterns, globs and regular expressions against slower ways to say the same."""

import re
from contextlib import suppress
from functools import cache

from hypothesis import assume, given
from hypothesis import strategies as st

from gatewright.expr import RegexError, compile_java_regex, compile_path
from gatewright.expr.glob import compile_glob, glob_pieces
from gatewright.expr.path import parse_path
from gatewright.expr.regex.charset import CharSet, complement, merged

patterns = st.lists(st.sampled_from(["/", "a", "b", "*", "**", "{x}", "%*"]), max_size=7).map("".join)
paths = st.text("/ab*", max_size=8)


def by_trying(pattern: str, path: str) -> bool:
    """MatchesPath by trying every way."""
    tokens = re.findall(r"%.|\*\*|\*|\{x\}|.", pattern)

    @cache
    def rest(i: int, j: int) -> bool:
        if i == len(tokens):
            return j == len(path)
        if tokens[i] in ("**", "*", "{x}"):
            may_step = j < len(path) and (tokens[i] == "**" or path[j] != "/")
            return rest(i + 1, j) or (may_step and rest(i, j + 1))
        return j < len(path) and tokens[i][-1] == path[j] and rest(i + 1, j + 1)

    return rest(0, 0)


@given(patterns, paths)
def test_a_path_matches_when_some_way_of_filling_the_wildcards_does(pattern: str, path: str) -> None:
    assert compile_path(pattern)(path) is by_trying(pattern, path)


@given(st.text("ab/%{}", max_size=8))
def test_a_pattern_without_wildcards_matches_its_literal_alone(pattern: str) -> None:
    literal = parse_path(pattern).literal
    assume(literal is not None)
    assert literal is not None
    assert compile_path(pattern)(literal)
    assert not compile_path(pattern)(literal + "x")


@given(st.text("ab*", max_size=8), st.text("abc", max_size=12))
def test_a_glob_matches_as_the_regular_expression_does(pattern: str, text: str) -> None:
    expected = re.fullmatch(".*".join(re.escape(piece) for piece in glob_pieces(pattern)), text, re.DOTALL)
    assert compile_glob(pattern)(text) is (expected is not None)


atoms = st.sampled_from(
    ["a", "b", ".", "[ab]", "[^a]", r"\d", "a|b", "(?:ab|a)", "(a)", "", r"\Aa", "(?i:A)"]
)
quantifiers = st.sampled_from(["", "?", "*", "+", "{2}", "{1,2}", "*?"])
regexes = st.lists(st.tuples(atoms, quantifiers), max_size=4).map(
    lambda parts: "".join(f"(?:{atom}){quantifier}" for atom, quantifier in parts)
)


@given(regexes, st.text("abA1c", max_size=6))
def test_what_java_and_python_write_alike_matches_alike(pattern: str, text: str) -> None:
    regex = compile_java_regex(pattern)
    assert regex.matches(text) is (re.fullmatch(pattern, text) is not None)
    assert regex.found_in(text) is (re.search(pattern, text) is not None)


@given(regexes, st.text("abA1c", max_size=6))
def test_replacing_by_nothing_leaves_what_does_not_match(pattern: str, text: str) -> None:
    regex = compile_java_regex(pattern)
    assert regex.replace(text, regex.replacement("$0")) == text


@given(regexes, st.text("ab1c", max_size=6))
def test_both_engines_agree(pattern: str, text: str) -> None:
    linear = compile_java_regex(pattern)
    backtracking = compile_java_regex(f"(?:{pattern})(?=)")
    assert linear.is_linear
    assert not backtracking.is_linear
    assert linear.matches(text) is backtracking.matches(text)
    assert linear.found_in(text) is backtracking.found_in(text)


@given(st.text(max_size=20) | st.text("ab()[]{}*+?|\\^$.&-:<>=!PQEpdwsbx0123,", max_size=20))
def test_no_pattern_does_worse_than_be_refused(pattern: str) -> None:
    with suppress(RegexError):
        compile_java_regex(pattern).found_in(pattern)


ranges = st.lists(
    st.tuples(st.integers(0, 300), st.integers(0, 300)).map(lambda pair: (min(pair), max(pair))), max_size=5
)


@given(ranges, ranges, st.integers(0, 310))
def test_sets_of_characters_follow_the_algebra_of_sets(
    first: list[tuple[int, int]], second: list[tuple[int, int]], code: int
) -> None:
    a, b = CharSet(merged(first)), CharSet(merged(second), is_negated=True)
    union, intersection = a.union(b), a.intersection(b)
    assert union is not None
    assert intersection is not None
    assert (code in union) is (code in a or code in b)
    assert (code in intersection) is (code in a and code in b)
    assert (code in CharSet(complement(first))) is (code not in a)
