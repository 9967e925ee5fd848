"""ExtractVariables: the conformance rows, what keeps it from being deployed, and its limits."""

import time
from typing import Any

import pytest
from tests.policies.rows import check_row, rows_of
from tests.policies.support import findings, request, run

from gatewright.policies.extract_variables import ExtractVariables

ROWS = rows_of("extract_variables")


def policy(inner: str) -> str:
    return f'<ExtractVariables name="E">{inner}</ExtractVariables>'


def xml_variable(path: str, kind: str = "string", namespaces: str = "") -> str:
    variable = f'<Variable name="v" type="{kind}"><XPath>{path}</XPath></Variable>'
    return f"<XMLPayload>{namespaces}{variable}</XMLPayload>"


@pytest.mark.parametrize("row", ROWS, ids=[row["rule"] for row in ROWS])
def test_extract_variables_follows_the_published_rules(row: dict[str, Any]) -> None:
    check_row(ExtractVariables, row)


# Names and words: docs.apigee.com, Extract Variables deployment error troubleshooting.
@pytest.mark.parametrize(
    ("inner", "rule", "message"),
    [
        (
            "",
            "NothingToExtract",
            "ExtractVariables E: at least one of URIPath, QueryParam, Header, FormParam, XMLPayload, JSON",
        ),
        (
            xml_variable("/a", namespaces='<Namespaces><Namespace prefix="p"/></Namespaces>'),
            "NONEmptyPrefixMappedToEmptyURI",
            "ExtractVariables E: Non-empty prefix p cannot be mapped to empty uri",
        ),
        (
            xml_variable(
                "/a",
                namespaces='<Namespaces><Namespace prefix="p">urn:a</Namespace>'
                '<Namespace prefix="p">urn:a</Namespace></Namespaces>',
            ),
            "DuplicatePrefix",
            "ExtractVariables E: Duplicate prefix p",
        ),
        (
            '<XMLPayload><Variable name="v"/></XMLPayload>',
            "NoXPathsToEvaluate",
            "ExtractVariables E: no xpaths to evaluate in variable v",
        ),
        (
            '<JSONPayload><Variable name="v"/></JSONPayload>',
            "NoJSONPathsToEvaluate",
            "ExtractVariables E: no jsonpaths to evaluate in variable v",
        ),
        (
            "<QueryParam><Pattern>{v}</Pattern></QueryParam>",
            "MissingName",
            "ExtractVariables E: Required attribute name is missing in QueryParam",
        ),
        (
            "<URIPath><Pattern>/a/b/</Pattern></URIPath>",
            "PatternWithoutVariable",
            "Pattern /a/b/ should have atleast one variable in ExtractVariables stepDefinition E",
        ),
        (
            '<QueryParam name="q"><Pattern>all</Pattern></QueryParam>',
            "PatternWithoutVariable",
            "Pattern all should have atleast one variable in ExtractVariables stepDefinition E",
        ),
        (
            '<QueryParam name="q"><Pattern>{*}</Pattern></QueryParam>',
            "InvalidPattern",
            "Pattern {*} is invalid in ExtractVariables stepDefinition E",
        ),
        (
            "<URIPath><Pattern>/a/{b</Pattern></URIPath>",
            "InvalidPattern",
            "Pattern /a/{b is invalid in ExtractVariables stepDefinition E",
        ),
        (
            xml_variable("123", "nodeset"),
            "CannotBeConvertedToNodeset",
            "ExtractVariables E: Result of xpath 123 cannot be converted to nodeset",
        ),
        (
            xml_variable("/p:a"),
            "XPathCompilationFailed",
            "ExtractVariables E: Failed to compile xpath /p:a: Undefined namespace prefix",
        ),
        (
            '<JSONPayload><Variable name="v"><JSONPath>$.a[?(</JSONPath></Variable></JSONPayload>',
            "JSONPathCompilationFailed",
            "JSONPathCompilationFailed: Failed to compile jsonpath $.a[?(",
        ),
    ],
)
def test_what_cannot_work_is_refused_at_deployment(inner: str, rule: str, message: str) -> None:
    [found] = findings(ExtractVariables, policy(inner))
    assert (found.severity, found.rule) == ("error", rule)
    assert found.message.startswith(message)


@pytest.mark.parametrize(
    ("inner", "rule"),
    [
        (xml_variable(""), "EmptyXPathExpression"),
        (
            '<JSONPayload><Variable name="v"><JSONPath> </JSONPath></Variable></JSONPayload>',
            "EmptyJSONPathExpression",
        ),
        ("<JSONPayload><Variable><JSONPath>$.a</JSONPath></Variable></JSONPayload>", "MissingName"),
        ("<XMLPayload><Variable><XPath>/a</XPath></Variable></XMLPayload>", "MissingName"),
    ],
)
def test_an_empty_expression_or_name_is_refused_at_deployment(inner: str, rule: str) -> None:
    assert rule in {found.rule for found in findings(ExtractVariables, policy(inner))}


def test_a_variable_that_is_only_read_is_said_at_deployment() -> None:
    inner = '<VariablePrefix>client</VariablePrefix><QueryParam name="q"><Pattern>{ip}</Pattern></QueryParam>'
    [found] = findings(ExtractVariables, policy(inner))
    assert (found.severity, found.rule) == ("warning", "ImmutableVariable")


def test_a_pattern_takes_time_in_proportion_to_the_text() -> None:
    inner = '<Variable name="text"><Pattern>{a}x{b}y{c}z{d}!</Pattern></Variable>'
    flow = request(variables={"text": "xyz" * 300_000})
    begin = time.perf_counter()
    run(ExtractVariables, policy(inner), flow)
    assert "a" not in flow.variables
    assert time.perf_counter() - begin < 5


def test_json_that_is_nested_too_deep_is_a_fault() -> None:
    inner = '<JSONPayload><Variable name="v"><JSONPath>$.a</JSONPath></Variable></JSONPayload>'
    content = b"[" * 200_000
    flow = request("POST", headers={"Content-Type": "application/json"}, content=content)
    fault = run(ExtractVariables, policy(inner), flow).fault
    assert fault is not None
    assert fault.name == "ExecutionFailed"


def test_a_source_variable_can_be_cleared() -> None:
    inner = (
        '<Source clearPayload="true">v</Source>'
        '<JSONPayload><Variable name="a"><JSONPath>$.a</JSONPath></Variable></JSONPayload>'
    )
    flow = request(variables={"v": '{"a":"1"}'})
    run(ExtractVariables, policy(inner), flow)
    assert (flow.variables["a"], flow.variables["v"]) == ("1", "")


def test_the_starter_deploys() -> None:
    assert findings(ExtractVariables, ExtractVariables.new_xml("EV-1", "Extract")) == []
