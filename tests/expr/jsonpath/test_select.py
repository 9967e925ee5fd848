"""JSONPath: the conformance rows, texts of values, and what finding is bounded by."""

import json
import tomllib
from typing import Any

import pytest
from tests.expr.rows import CONFORMANCE, rows

from gatewright.expr import PathError, compile_jsonpath
from gatewright.expr.jsonpath import MAX_FOUND, Json, TooManyValues, json_text, parse_json

TABLE: dict[str, Any] = tomllib.loads((CONFORMANCE / "jsonpath.toml").read_text("utf-8"))
ROWS = rows("jsonpath")


@pytest.mark.parametrize("row", ROWS, ids=[row["path"] or "empty" for row in ROWS])
def test_a_path_finds_what_is_published(row: dict[str, Any]) -> None:
    if "error" in row:
        with pytest.raises(PathError) as caught:
            compile_jsonpath(row["path"])
        assert caught.value.message == row["error"]
        return
    path = compile_jsonpath(row["path"])
    assert path(json.loads(row.get("document", TABLE["document"]))) == json.loads(row["finds"])
    assert path.is_definite is row.get("is_definite", False)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a", "a"),
        (None, ""),
        (True, "true"),
        (404, "404"),
        (0.5, "0.5"),
        ([], "[]"),
        ({"a": [1, "é", None]}, '{"a":[1,"é",null]}'),
    ],
)
def test_a_value_has_a_text(value: Json, text: str) -> None:
    assert json_text(value) == text


def test_a_document_nested_too_deep_is_no_json() -> None:
    with pytest.raises(ValueError, match="nested too deep"):
        parse_json("[" * 200_000)


def test_a_deep_document_is_searched_without_recursion() -> None:
    document: Json = "x"
    for _ in range(50_000):
        document = [document]
    assert compile_jsonpath("$..none")(document) == []


def test_what_a_path_finds_is_bounded() -> None:
    document: Json = [[[0] * 40] * 40] * 40
    with pytest.raises(TooManyValues, match=str(MAX_FOUND)):
        compile_jsonpath("$..*..*..*")(document)


def test_what_is_found_is_not_copied() -> None:
    document: Json = {"a": {"b": 1}}
    found = compile_jsonpath("$.a")(document)
    assert isinstance(document, dict)
    assert found[0] is document["a"]
