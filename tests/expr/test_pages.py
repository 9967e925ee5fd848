"""The reference pages of conditions and templates: every example is one, and nothing is left out."""

import re
from pathlib import Path

import pytest

from gatewright.expr import compile_path, parse_condition, parse_template
from gatewright.expr.functions import FUNCTIONS
from gatewright.expr.jsonpath.syntax import Comparison, Function
from gatewright.expr.nodes import Operator

PAGES = Path(__file__).parents[2] / "docs" / "reference"
CONDITIONS = (PAGES / "conditions.md").read_text("utf-8")
TEMPLATES = (PAGES / "message-templates.md").read_text("utf-8")


def examples(page: str, language: str) -> list[str]:
    found: list[str] = re.findall(rf"```{language}\n(.*?)\n```", page, re.DOTALL)
    return found


@pytest.mark.parametrize("text", examples(CONDITIONS, "condition"))
def test_an_example_condition_is_read_without_a_warning(text: str) -> None:
    assert parse_condition(text).warnings == ()


@pytest.mark.parametrize("text", examples(TEMPLATES, "template"))
def test_an_example_template_is_read_without_a_warning(text: str) -> None:
    assert parse_template(text).warnings == ()


def test_every_operator_is_named() -> None:
    assert [operator.value for operator in Operator if f"`{operator.value}`" not in CONDITIONS] == []


def test_the_paths_of_the_table_match_as_it_says() -> None:
    rows = re.findall(r"^\| `(/[^`]+)` \| (.*?) \| (.*?) \|$", CONDITIONS, re.MULTILINE)
    assert len(rows) == 4
    for pattern, matching, others in rows:
        matches = compile_path(pattern)
        assert all(matches(path) for path in re.findall("`(.*?)`", matching))
        assert not any(matches(path) for path in re.findall("`(.*?)`", others))


def test_every_function_is_named() -> None:
    hashes = {function.name for function in FUNCTIONS if re.match(r"(md5|sha\d+|hmac)", function.name)}
    others = {function.name for function in FUNCTIONS} - hashes - {"escapeHTML"}
    assert [name for name in others if name not in TEMPLATES] == []


def test_everything_of_jsonpath_is_named() -> None:
    assert [item.value for item in Comparison if f"`{item.value}`" not in TEMPLATES] == []
    assert [item.value for item in Function if f"`{item.value}()`" not in TEMPLATES] == []
