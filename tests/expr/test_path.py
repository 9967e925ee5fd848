"""MatchesPath patterns: the conformance rows, and that no text makes them slow."""

from typing import Any

import pytest
from tests.expr.rows import rows

from gatewright.expr import compile_path
from gatewright.expr.path import parse_path

ROWS = rows("paths")


@pytest.mark.parametrize("row", ROWS, ids=[row["pattern"] or "empty" for row in ROWS])
def test_a_pattern_matches_as_published(row: dict[str, Any]) -> None:
    matches = compile_path(row["pattern"])
    for path in row["matches"]:
        assert matches(path), path
    for path in row.get("others", ()):
        assert not matches(path), path


@pytest.mark.parametrize(
    ("pattern", "literal"), [("/a/b", "/a/b"), ("/%{a%}", "/{a}"), ("/a/*", None), ("/{x}", None), ("", "")]
)
def test_a_pattern_without_wildcards_has_one_literal(pattern: str, literal: str | None) -> None:
    assert parse_path(pattern).literal == literal


@pytest.mark.parametrize("pattern", ["/**/a/**/a/**/a/**/a/**/b", "/*a*a*a*a*a*a*b", "**a**a**a**a**b"])
def test_many_wildcards_stay_linear(pattern: str) -> None:
    assert not compile_path(pattern)("/" + "a/" * 20_000)
    assert not compile_path(pattern)("/" + "a" * 40_000)
