"""RaiseFault: the conformance rows, continueOnError, and what keeps it from being deployed."""

from typing import Any

import pytest
from tests.policies.rows import check_row, rows_of
from tests.policies.support import findings, request, run

from gatewright.policies.raise_fault import RaiseFault

ROWS = rows_of("raise_fault")


@pytest.mark.parametrize("row", ROWS, ids=[row["rule"] for row in ROWS])
def test_raise_fault_follows_the_published_rules(row: dict[str, Any]) -> None:
    check_row(RaiseFault, row)


def test_with_continue_on_error_the_flow_goes_on_without_an_error_message() -> None:
    flow = request()
    outcome = run(RaiseFault, '<RaiseFault name="RF" continueOnError="true"/>', flow)
    assert outcome.fault is not None
    assert flow.error is None
    assert flow.variables["raisefault.RF.failed"] is True


def test_each_call_gets_an_answer_of_its_own() -> None:
    xml = (
        '<RaiseFault name="RF"><FaultResponse><Add><Headers><Header name="X">1</Header></Headers></Add>'
        "</FaultResponse></RaiseFault>"
    )
    first, second = run(RaiseFault, xml), run(RaiseFault, xml)
    assert first.answer is not second.answer
    assert second.answer.headers.get_all("X") == ["1"]


@pytest.mark.parametrize(
    ("inner", "severity", "message"),
    [
        (
            '<FaultResponse><Remove><Headers><Header name="h.0"/></Headers></Remove></FaultResponse>',
            "error",
            "RaiseFault[RF]: index must be greater than zero in h.0",
        ),
        (
            "<FaultResponse><AssignVariable><Value>1</Value></AssignVariable></FaultResponse>",
            "error",
            "RaiseFault schema validation failed: invalid variable name - null - in assign variable",
        ),
        (
            '<FaultResponse><AssignTo type="response">x</AssignTo></FaultResponse>',
            "warning",
            "<AssignTo> has no effect: a fault response is always a response of its own",
        ),
        (
            "<FaultResponse><IgnoreUnresolvedVariables>true</IgnoreUnresolvedVariables></FaultResponse>",
            "warning",
            "<IgnoreUnresolvedVariables> has no effect: it belongs into RaiseFault itself",
        ),
        (
            '<AssignTo type="response">x</AssignTo>',
            "warning",
            "<AssignTo> has no effect: a fault response is always a response of its own",
        ),
    ],
)
def test_what_cannot_work_or_has_no_effect_is_said_at_deployment(
    inner: str, severity: str, message: str
) -> None:
    found = findings(RaiseFault, f'<RaiseFault name="RF">{inner}</RaiseFault>')
    assert [(each.severity.value, each.message) for each in found] == [(severity, message)]


def test_the_starter_deploys() -> None:
    assert findings(RaiseFault, RaiseFault.new_xml("RF-1", "Raise")) == []
