"""Message templates: the conformance rows, and how templates are read."""

import tomllib
from random import Random
from typing import Any

import pytest
from tests.expr.rows import CONFORMANCE, rows
from tests.support.contexts import variable

from gatewright.expr import InvalidArgument, Template, TemplateError, compile_template, parse_template
from gatewright.message import Response, Value

ROWS = rows("templates")
VARIABLES: dict[str, Value] = tomllib.loads((CONFORMANCE / "templates.toml").read_text("utf-8"))["variables"]


class Unresolved(Exception):
    """What a strict policy raises."""


def refuse(name: str) -> str:
    raise Unresolved(name)


def render(
    template: Template, variables: dict[str, Value], unresolved: list[str] | None = None, seed: int = 1
) -> str:
    def note(name: str) -> str:
        if unresolved is not None:
            unresolved.append(name)
        return ""

    compiled = compile_template(template, variable, on_unresolved=note, random=Random(seed))
    return compiled(variables)


def parse(row: dict[str, Any]) -> Template:
    return parse_template(row["template"], row.get("prefix", "{"), row.get("suffix", "}"))


@pytest.mark.parametrize("row", ROWS, ids=[row["template"][:50] or "empty" for row in ROWS])
def test_a_template_says_what_is_published(row: dict[str, Any]) -> None:
    if "error" in row:
        with pytest.raises(TemplateError) as refused:
            parse(row)
        assert refused.value.message == row["error"]
        return
    template = parse(row)
    variables = VARIABLES | row.get("variables", {})
    assert [warning.message for warning in template.warnings] == row.get("warnings", [])
    if "invalid" in row:
        with pytest.raises(InvalidArgument) as invalid:
            render(template, variables)
        assert invalid.value.message == row["invalid"]
        return
    unresolved: list[str] = []
    assert render(template, variables, unresolved) == row["result"]
    assert unresolved == row.get("unresolved", [])


def test_a_template_without_variables_is_constant() -> None:
    assert parse_template('{"a": 1}').constant == '{"a": 1}'
    assert parse_template(r"\{a\}").constant == "{a}"
    assert parse_template("{a}").constant is None
    assert parse_template("{createUuid()}").constant is None


def test_the_variables_are_those_that_are_read_each_once() -> None:
    template = parse_template("{b} {a:x} {substring(a,0,n)} {toLowerCase(c.d:X)} {toUpperCase('e')} {b}")
    assert template.variables == ("b", "a", "n", "c.d")


@pytest.mark.parametrize(
    ("text", "pointed"),
    [
        ("x {nope(a)}", "unknown function nope\nx {nope(a)}\n   ^^^^"),
        ("{substring(a)}", "substring takes 2 to 3 arguments\n{substring(a)}\n ^^^^^^^^^^^^"),
        ("{xeger('[')}", "xeger: missing ] of a class\n{xeger('[')}\n       ^^^"),
    ],
)
def test_an_error_points_at_the_call_or_the_argument(text: str, pointed: str) -> None:
    with pytest.raises(TemplateError) as caught:
        parse_template(text)
    assert caught.value.pointed == pointed


@pytest.mark.parametrize("text", ["{nobody}", "{toUpperCase(nobody)}", "a{nobody}b"])
def test_an_unresolved_variable_is_what_the_policy_makes_of_it(text: str) -> None:
    compiled = compile_template(parse_template(text), variable, on_unresolved=refuse)
    with pytest.raises(Unresolved, match="nobody"):
        compiled({})


@pytest.mark.parametrize(
    "text", ["{a:x}", "{toUpperCase(a:x)}", "{firstnonnull(a)}", "{substring('abc',0,1)}"]
)
def test_what_has_a_default_or_is_a_literal_is_never_unresolved(text: str) -> None:
    compile_template(parse_template(text), variable, on_unresolved=refuse)({})


def test_a_message_is_its_body() -> None:
    assert render(parse_template("<{response}>"), {"response": Response(content=b"text")}) == "<text>"


def test_a_value_with_braces_is_not_read_as_a_template() -> None:
    assert render(parse_template("{a}"), {"a": "{b}", "b": "secret"}) == "{b}"


def test_chance_comes_from_the_generator_given() -> None:
    template = parse_template("{createUuid()} {randomLong()} {xeger('[a-z]{12}')}")
    assert render(template, {}, seed=1) == render(template, {}, seed=1)
    assert render(template, {}, seed=1) != render(template, {}, seed=2)


def test_a_uuid_is_a_random_one() -> None:
    uuid = render(parse_template("{createUuid()}"), {})
    assert len(uuid) == 36
    assert uuid[14] == "4"
    assert uuid[19] in "89ab"


def test_random_longs_keep_to_their_bounds() -> None:
    for seed in range(50):
        assert -(2**63) <= int(render(parse_template("{randomLong()}"), {}, seed=seed)) < 2**63
        assert 0 <= int(render(parse_template("{randomLong(0)}"), {}, seed=seed)) < 2**63
        assert 0 <= int(render(parse_template("{randomLong(0,3)}"), {}, seed=seed)) <= 3
