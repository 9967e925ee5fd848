"""jsonPath() and xPath() at their edges. What they say is in conformance/templates.toml."""

import pytest
from tests.support.contexts import variable

from gatewright.expr import compile_jsonpath, compile_template, parse_template
from gatewright.expr.functions.queries import query_json


@pytest.mark.parametrize("text", ["", "no json", "[" * 100_000, '{"a":'])
def test_what_is_no_json_has_nothing_in_it(text: str) -> None:
    assert query_json(compile_jsonpath("$.a"), text, wants_array=False) == ""


def render(text: str, variables: dict[str, str]) -> str:
    compiled = compile_template(parse_template(text), variable, on_unresolved=lambda _: "")
    return compiled(variables)


def test_xpath_does_not_follow_entities() -> None:
    evil = '<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;</a>'
    assert render("{xPath('/a',x)}", {"x": evil}) == ""


def test_an_xpath_may_come_from_a_variable_and_be_wrong() -> None:
    assert render("{xPath(p,x)}", {"p": "/a/b", "x": "<a><b>1</b></a>"}) == "<b>1</b>"
    with pytest.raises(ValueError, match="not an XPath expression"):
        render("{xPath(p,x)}", {"p": "/a[", "x": "<a/>"})


def test_an_attribute_is_its_value() -> None:
    assert render("{xPath('/a/@b',x)}", {"x": "<a b='1'/>"}) == "1"


def test_xpath_numbers_have_no_needless_fraction() -> None:
    assert render("{xPath('sum(/a/b)',x)}", {"x": "<a><b>1</b><b>2</b></a>"}) == "3"
    assert render("{xPath('sum(/a/b)',x)}", {"x": "<a><b>1.5</b></a>"}) == "1.5"
