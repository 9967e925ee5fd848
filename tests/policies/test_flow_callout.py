"""FlowCallout: parameters, what it leaves behind, and what is said of it at deployment."""

import pytest
from tests.engine.harness import deployed_flows, steps
from tests.policies.support import Outcome, findings, request, run

from gatewright.engine.compile_shared_flow import Linker
from gatewright.engine.context import FlowContext
from gatewright.engine.variables import Segment
from gatewright.policies import policy_types
from gatewright.policies.flow_callout import FlowCallout

# https://docs.apigee.com/api-platform/reference/policies/flow-callout-policy
TOLD = (
    "input", "apigee.edge.sharedflow.name", "apiproxy.name", "current.flow.name", "request.queryparam.given",
)  # fmt: skip


def assigning(name: str, **variables: str) -> str:
    """An AssignMessage that sets variables from templates."""
    inner = "".join(
        f"<AssignVariable><Name>{key}</Name><Template>{text}</Template></AssignVariable>"
        for key, text in variables.items()
    )
    return (
        f'<AssignMessage name="{name}">{inner}'
        "<IgnoreUnresolvedVariables>true</IgnoreUnresolvedVariables></AssignMessage>"
    )


POLICIES = {
    "tell": assigning("tell", told="|".join(f"{{{name}}}" for name in TOLD)),
    "write": assigning("write", input="changed inside", **{"string.handler.output": "gladyskravitz"}),
    "stop": '<RaiseFault name="stop"/>',
    "inner": '<FlowCallout name="inner"><Parameters><Parameter name="input">nested</Parameter></Parameters>'
    "<SharedFlowBundle>S</SharedFlowBundle></FlowCallout>",
}


def linker(**flows: str) -> Linker:
    return Linker(deployed_flows(flows, POLICIES), policy_types())


def callout(parameters: str = "", attributes: str = "", flow: str = "S") -> str:
    return (
        f'<FlowCallout name="FC" {attributes}>{parameters}'
        f"<SharedFlowBundle>{flow}</SharedFlowBundle></FlowCallout>"
    )


def given(*parameters: str, attributes: str = "") -> str:
    return f"<Parameters {attributes}>{''.join(parameters)}</Parameters>"


def calling(xml: str, flow: FlowContext | None = None, names: str = "tell") -> Outcome:
    return run(FlowCallout, xml, flow, callees=linker(S=steps(names)))


def told(outcome: Outcome) -> dict[str, str]:
    return dict(zip(TOLD, str(outcome.flow.variables["told"]).split("|"), strict=True))


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ('<Parameter name="input" value="Gladys Kravitz"/>', "Gladys Kravitz"),
        ('<Parameter name="input" ref="there"/>', "from a variable"),
        ('<Parameter name="input">Gladys Kravitz</Parameter>', "Gladys Kravitz"),
        ('<Parameter name="input">{there}</Parameter>', "from a variable"),
        ('<Parameter name="input" value="{there}"/>', "{there}"),
        ('<Parameter name="input" ref="there" value="no">no</Parameter>', "from a variable"),
        ('<Parameter name="input" ref="nowhere"/>', ""),
        ('<Parameter name="input">[{nowhere}]</Parameter>', "[]"),
        ('<Parameter name="input"/>', ""),
    ],
)
def test_a_parameter_is_a_variable_of_the_shared_flow(parameter: str, value: str) -> None:
    flow = request(variables={"there": "from a variable"})
    assert told(calling(callout(given(parameter)), flow))["input"] == value


def test_a_parameter_may_be_a_message_variable() -> None:
    xml = callout(given('<Parameter name="request.queryparam.given" value="x"/>'))
    outcome = calling(xml, request("GET", "/p?given=before"))
    assert told(outcome)["request.queryparam.given"] == "x"
    assert outcome.flow.request.querystring == "given=before"


@pytest.mark.parametrize("before", [None, "outside"])
def test_after_the_shared_flow_a_parameter_is_what_it_was_before(before: str | None) -> None:
    flow = request(variables={} if before is None else {"input": before})
    outcome = calling(callout(given('<Parameter name="input" value="x"/>')), flow, "write")
    assert outcome.flow.variables.get("input") == before
    assert outcome.flow.variables["string.handler.output"] == "gladyskravitz"


def test_after_a_fault_in_the_shared_flow_a_parameter_is_what_it_was_before() -> None:
    xml = callout(given('<Parameter name="input" value="x"/>'), 'continueOnError="true"')
    outcome = calling(xml, request(variables={"input": "outside"}), "write stop")
    assert outcome.flow.variables["input"] == "outside"
    assert outcome.flow.variables["flowcallout.FC.failed"] is True
    assert outcome.flow.variables["raisefault.stop.failed"] is True


def test_a_nested_call_has_parameters_of_its_own_and_gives_them_back() -> None:
    xml = callout(given('<Parameter name="input" value="outer"/>'), flow="T")
    outcome = run(FlowCallout, xml, callees=linker(S=steps("tell"), T=steps("inner tell")))
    assert told(outcome) == {
        "input": "outer",
        "apigee.edge.sharedflow.name": "T",
        "apiproxy.name": "weatherapi",
        "current.flow.name": "",
        "request.queryparam.given": "",
    }


def test_parameters_see_the_variables_from_before_any_of_them() -> None:
    xml = callout(given('<Parameter name="a" value="1"/>', '<Parameter name="input" ref="a"/>'))
    assert told(calling(xml))["input"] == ""


@pytest.mark.parametrize(
    "parameter", ['<Parameter name="x" ref="no"/>', '<Parameter name="x">{no}</Parameter>']
)
def test_an_unresolved_parameter_faults_only_when_it_is_told_to(parameter: str) -> None:
    strict = given(parameter, attributes='ignoreUnresolvedVariables="false"')
    outcome = calling(callout(strict))
    assert outcome.fault is not None
    assert outcome.fault.code == "entities.UnresolvedVariable"
    assert "told" not in outcome.flow.variables


def test_a_fault_inside_is_told_of_the_policy_inside() -> None:
    outcome = calling(callout(), names="stop")
    assert outcome.fault is not None
    assert (outcome.fault.name, outcome.fault.policy) == ("RaiseFault", "stop")


def test_a_missing_shared_flow_is_a_warning_at_deployment_and_a_fault_when_called() -> None:
    found = findings(FlowCallout, callout(), callees=linker())
    assert [(each.severity.value, each.rule, each.line) for each in found] == [
        ("warning", "shared-flow-not-deployed", 1)
    ]
    outcome = run(FlowCallout, callout(), callees=linker())
    assert outcome.fault is not None
    assert (outcome.fault.status, outcome.fault.code) == (500, "flow.SharedFlowNotFound")
    assert outcome.fault.message == "Shared Flow S Not Found"


def test_a_callout_without_a_shared_flow_cannot_be_deployed() -> None:
    found = findings(FlowCallout, '<FlowCallout name="FC"/>')
    assert [each.severity.value for each in found] == ["error"]
    assert "SharedFlowBundle" in found[0].message


def test_what_a_shared_flow_writes_is_there_for_the_steps_after_it() -> None:
    outcome = run(FlowCallout, callout(), callees=linker(S=steps("write")), segment=Segment.RESPONSE)
    assert outcome.flow.variables["string.handler.output"] == "gladyskravitz"


def test_the_starter_deploys_once_its_shared_flow_does() -> None:
    found = findings(FlowCallout, FlowCallout.new_xml("FC-1", "Call"))
    assert found == []
