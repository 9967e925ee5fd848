"""Templates, their functions and JSONPath: laws that hold for every input."""

import json
from base64 import b64encode
from contextlib import suppress
from random import Random

from hypothesis import given
from hypothesis import strategies as st
from tests.support.contexts import variable

from gatewright.expr import (
    InvalidArgument,
    PathError,
    TemplateError,
    compile_jsonpath,
    compile_template,
    parse_template,
)
from gatewright.expr.functions.encodings import decode_base64, encode_base64, escape_json, escape_xml
from gatewright.expr.functions.strings import substring
from gatewright.expr.functions.xeger import generator
from gatewright.expr.jsonpath import Json, json_text, parse_json
from gatewright.expr.regex import compile_java_regex
from gatewright.expr.regex.reader import read_regex
from gatewright.xml import parse_message

SCRAPS = (
    *("{", "}", "a", "b.c", ":", "d", "'", '"', "(", ")", ",", "md5Hex", "substring", "jsonPath", "$.x["),
    *("]", "\\", " ", "-1", "\n"),
)
PATTERNS = ("[1-9]{7}", "(a|b)+c?", r"\d{3}-\d{4}", "x*y", r"(\w)\1", "[^a-z]{2,4}", "a.b", "(?i)abc")
keys = st.sampled_from(["a", "b", "c"])
documents: st.SearchStrategy[Json] = st.recursive(
    st.none() | st.booleans() | st.integers(-99, 99) | st.text("ab", max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
    max_leaves=12,
)


def render(text: str, variables: dict[str, str]) -> str:
    template = parse_template(text)
    return compile_template(template, variable, on_unresolved=lambda _: "", random=Random(1))(variables)


@given(st.text(st.characters(exclude_characters="{}\\"), max_size=30))
def test_text_without_braces_is_constant(text: str) -> None:
    assert parse_template(text).constant == text


@given(st.lists(st.sampled_from(SCRAPS), max_size=14).map("".join) | st.text(max_size=30))
def test_no_template_does_worse_than_be_refused(text: str) -> None:
    with suppress(TemplateError, InvalidArgument):
        render(text, {"a": "A"})


@given(st.text(max_size=20), st.text(max_size=20), st.text(max_size=20))
def test_values_are_not_templates_themselves(before: str, value: str, after: str) -> None:
    quiet = before.replace("{", "").replace("\\", ""), after.replace("{", "").replace("\\", "")
    assert render(f"{quiet[0]}{{a}}{quiet[1]}", {"a": value}) == f"{quiet[0]}{value}{quiet[1]}"


@given(st.text(max_size=30))
def test_base64_comes_back(text: str) -> None:
    sent = text.encode("utf-8", "replace")
    assert encode_base64(text) == b64encode(sent).decode()
    assert decode_base64(encode_base64(text)) == sent.decode()


@given(st.text(max_size=30))
def test_an_escaped_text_reads_back_from_json(text: str) -> None:
    assert json.loads(f'"{escape_json(text)}"') == text


@given(st.text(st.characters(exclude_categories=["C"]), max_size=30))
def test_an_escaped_text_reads_back_from_xml(text: str) -> None:
    assert (parse_message(f"<a>{escape_xml(text)}</a>".encode()).text or "") == text


@given(st.text(max_size=10), st.integers(-15, 15), st.none() | st.integers(-15, 15))
def test_a_substring_is_part_of_the_text(text: str, start: int, end: int | None) -> None:
    assert substring(text, start, end) in text


@given(st.sampled_from(PATTERNS), st.integers())
def test_a_generated_text_matches_its_pattern(pattern: str, seed: int) -> None:
    assert compile_java_regex(pattern).matches(generator(read_regex(pattern))(Random(seed)))


@given(st.text(max_size=20) | st.text("$@.[]()?*'ab:,=!<>&|~/0123 -", max_size=20))
def test_no_jsonpath_does_worse_than_be_refused(text: str) -> None:
    with suppress(PathError):
        compile_jsonpath(text)({"a": [1, {"b": "x"}]})


@given(documents)
def test_descending_finds_every_value_below_the_root(document: Json) -> None:
    def below(value: Json) -> list[Json]:
        inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
        return [found for child in inner for found in (child, *below(child))]

    found = compile_jsonpath("$..*")(document)
    assert sorted(map(json.dumps, found)) == sorted(map(json.dumps, below(document)))


def indexed(value: Json, step: str | int) -> list[Json]:
    if isinstance(value, dict) and isinstance(step, str):
        return [value[step]] if step in value else []
    if isinstance(value, list) and isinstance(step, int):
        return [value[step]] if -len(value) <= step < len(value) else []
    return []


@given(documents, st.lists(keys | st.integers(-1, 1), max_size=3))
def test_a_plain_path_finds_what_indexing_finds(document: Json, steps: list[str | int]) -> None:
    text = "".join(f".{step}" if isinstance(step, str) else f"[{step}]" for step in steps)
    path = compile_jsonpath(f"${text}")
    expected = [document]
    for step in steps:
        expected = [inner for value in expected for inner in indexed(value, step)]
    assert path(document) == expected
    assert path.is_definite


@given(documents)
def test_json_text_of_a_container_reads_back(document: Json) -> None:
    if isinstance(document, dict | list):
        assert parse_json(json_text(document)) == document
