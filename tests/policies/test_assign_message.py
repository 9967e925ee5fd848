"""AssignMessage: the conformance rows, what keeps it from being deployed, and what it has buffered."""

from typing import Any

import pytest
from tests.policies.rows import check_row, rows_of
from tests.policies.support import PLACE, findings, request, run
from tests.support.ports import make_ports

from gatewright.bundle.diagnostics import Report
from gatewright.bundle.source import parse_document
from gatewright.engine.compiler import Compilation, Compiler
from gatewright.engine.context import FlowContext
from gatewright.engine.variables import Segment
from gatewright.policies.assign_message import AssignMessage

ROWS = rows_of("assign_message")


def policy(inner: str, *, ignore: bool = False) -> str:
    switch = "<IgnoreUnresolvedVariables>true</IgnoreUnresolvedVariables>" if ignore else ""
    return f'<AssignMessage name="A">{inner}{switch}</AssignMessage>'


@pytest.mark.parametrize("row", ROWS, ids=[row["rule"] for row in ROWS])
def test_assign_message_follows_the_published_rules(row: dict[str, Any]) -> None:
    check_row(AssignMessage, row)


@pytest.mark.parametrize(
    ("inner", "rule", "message"),
    [
        (
            '<Copy source="request"><QueryParams><QueryParam name="id.0"/></QueryParams></Copy>',
            "InvalidIndex",
            "AssignMessage[A]: index must be greater than zero in id.0",
        ),
        (
            '<Remove><Headers><Header name="h.-1"/></Headers></Remove>',
            "InvalidIndex",
            "AssignMessage[A]: index must be greater than zero in h.-1",
        ),
        (
            "<AssignVariable><Value>1</Value></AssignVariable>",
            "InvalidVariableName",
            "AssignMessage schema validation failed: invalid variable name - null - in assign variable",
        ),
        (
            '<Set><Payload resourceURL="jsc://none.json"/></Set>',
            "InvalidPayload",
            "InvalidPayload: there is no resource jsc://none.json",
        ),
        (
            '<Set><Headers><Header name="a b">1</Header></Headers></Set>',
            "invalid-header",
            "not a header name",
        ),
        ('<Set><Payload contentType="a&#10;b"/></Set>', "invalid-header", "CR, LF or NUL"),
        ("<Set><StatusCode>20</StatusCode></Set>", "invalid-value", "'20' is not a status code"),
        ("<Set><Verb>GE T</Verb></Set>", "invalid-value", "'GE T' is not an HTTP method"),
        ("<Set><Payload>{nosuch('x')}</Payload></Set>", "template", "nosuch"),
        (
            "<AssignVariable><Name>v</Name><ResourceURL>jsc://none.js</ResourceURL></AssignVariable>",
            "no-resource",
            "there is no resource jsc://none.js",
        ),
    ],
)
def test_what_cannot_work_is_refused_at_deployment(inner: str, rule: str, message: str) -> None:
    [found] = findings(AssignMessage, policy(inner))
    assert (found.severity, found.rule) == ("error", rule)
    assert message in found.message
    assert found.line == 1


@pytest.mark.parametrize(
    ("inner", "message"),
    [
        (
            "<AssignVariable><Name>v</Name><PropertySetRef>a.b</PropertySetRef></AssignVariable>",
            "PropertySet",
        ),
        ("<AssignVariable><Name>v</Name><Ref>{a}</Ref></AssignVariable>", "without braces"),
        ("<Set><Header name='X'>1</Header></Set>", "unknown element <Header>"),
        ('<AssignTo type="responset"/>', "one of request, response"),
        ("<Set><Authentication><GoogleIDToken/></Authentication></Set>", "<Authentication> has no effect"),
    ],
)
def test_what_has_no_effect_is_said_at_deployment(inner: str, message: str) -> None:
    [found] = findings(AssignMessage, policy(inner))
    assert found.severity == "warning"
    assert message in found.message


@pytest.mark.parametrize(
    ("inner", "buffers"),
    [
        ('<Set><Headers><Header name="X">1</Header></Headers></Set>', set()),
        ("<Set><Payload>x</Payload></Set>", set()),
        ("<Remove><Payload>true</Payload></Remove>", set()),
        ("<Set><Headers><Header name='X'>{request.content}</Header></Headers></Set>", {"request"}),
        ("<Add><FormParams><FormParam name='a'>1</FormParam></FormParams></Add>", {"request"}),
        ("<Remove><FormParams/></Remove>", {"request"}),
        (
            '<AssignTo createNew="true">N</AssignTo><Copy source="request"><Payload>true</Payload></Copy>',
            {"request"},
        ),
        ('<AssignTo createNew="true">N</AssignTo><Copy source="request"><Headers/></Copy>', set()),
        ("<AssignVariable><Name>v</Name><Template ref='t'/></AssignVariable>", {"request", "response"}),
    ],
)
def test_a_body_is_buffered_only_for_an_action_that_reads_it(inner: str, buffers: set[str]) -> None:
    assert compilation(policy(inner))[0].buffers == buffers


def compilation(xml: str, resources: dict[str, bytes] | None = None) -> tuple[Compilation, FlowContext]:
    """The policy compiled and executed once over these resources."""
    report = Report()
    document, _ = parse_document("policies/A.xml", xml.encode())
    assert document is not None
    parsed = AssignMessage.parse(document, report)
    assert parsed is not None
    shared = Compilation(
        place=PLACE, ports=make_ports(), policies={}, resources=(resources or {}).get, report=report
    )
    execute = parsed.compile(Compiler(shared, Segment.REQUEST, policy="A"))
    assert not report.errors
    flow = request(variables={"t": "", "file": "a.js"})
    execute(flow)
    return shared, flow


@pytest.mark.parametrize("url", ["jsc://a.js", "jsc://{file}"])
def test_a_variable_can_hold_a_resource(url: str) -> None:
    xml = policy(f"<AssignVariable><Name>v</Name><ResourceURL>{url}</ResourceURL></AssignVariable>")
    _, flow = compilation(xml, {"jsc://a.js": b"{not} a template"})
    assert flow.variables["v"] == "{not} a template"


def test_a_resource_that_is_not_there_is_a_variable_without_a_value() -> None:
    missing = "<AssignVariable><Name>v</Name><ResourceURL>jsc://{request.verb}</ResourceURL></AssignVariable>"
    fault = run(AssignMessage, policy(missing)).fault
    assert fault is not None
    assert fault.message == "AssignMessage[A]: unable to resolve variable jsc://GET"
    assert run(AssignMessage, policy(missing, ignore=True)).flow.variables.get("v") is None


def test_a_payload_can_stand_in_a_resource() -> None:
    xml = policy('<Set><Payload contentType="application/json" resourceURL="jsc://p.json"/></Set>')
    _, flow = compilation(xml, {"jsc://p.json": b'{"verb":"{request.verb}"}'})
    assert flow.request.text == '{"verb":"GET"}'


def test_a_policy_that_only_sets_variables_needs_no_message() -> None:
    variable = "<AssignVariable><Name>v</Name><Value>1</Value></AssignVariable>"
    xml = policy(f"{variable}<AssignTo createNew='false'>none</AssignTo>")
    outcome = run(AssignMessage, xml, segment=Segment.RESPONSE)
    assert outcome.fault is None
    assert outcome.flow.variables["v"] == "1"


def test_the_starter_deploys() -> None:
    assert findings(AssignMessage, AssignMessage.new_xml("AM-1", "Assign & more")) == []
