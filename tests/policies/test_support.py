"""The runner of single policies reports what a policy did, whether it waits or not."""

import asyncio
from collections.abc import Awaitable

import pytest
from tests.policies.support import findings, request, run

from gatewright.bundle.fields import child
from gatewright.engine.compiler import Compiler
from gatewright.engine.context import FlowContext
from gatewright.engine.faults import Answered, fault
from gatewright.engine.flow import Execute
from gatewright.message import Response
from gatewright.policies.base import Policy, policy

REFUSED = fault("steps.probe.Refused", 418, "Refused: {why}")


@policy(category="Extension", display="Probe", prefix="probe")
class Probe(Policy):
    """Does as its `<Do>` says."""

    do: str = child(doc="What to do.")

    def compile(self, cx: Compiler) -> Execute:
        if self.do == "problem":
            cx.problem("it cannot be done")
        return self._wait if self.do.startswith("wait") else self._act

    def _act(self, flow: FlowContext) -> None:
        match self.do.removeprefix("wait "):
            case "answer":
                flow.response = Response(200, content=b"done")
                raise Answered
            case "fault":
                raise REFUSED(why="asked to")
            case _:
                flow.variables["done"] = True

    def _wait(self, flow: FlowContext) -> Awaitable[None]:
        async def later() -> None:
            await asyncio.sleep(0)
            self._act(flow)

        return later()


def xml(do: str, *, attributes: str = "") -> str:
    return f'<Probe name="P"{attributes}><Do>{do}</Do></Probe>'


@pytest.mark.parametrize(("wait", "waits"), [("", 0), ("wait ", 1)])
def test_what_a_policy_did_is_told_whether_it_waited_or_not(wait: str, waits: int) -> None:
    acted = run(Probe, xml(f"{wait}act"), request())
    answered = run(Probe, xml(f"{wait}answer"))
    faulted = run(Probe, xml(f"{wait}fault"))
    assert (acted.flow.variables["done"], acted.waits, acted.fault) == (True, waits, None)
    assert (answered.answered, answered.answer.content, answered.waits) == (True, b"done", waits)
    assert faulted.fault is not None
    assert (faulted.fault.name, faulted.answer.status, faulted.waits) == ("Refused", 418, waits)
    assert faulted.flow.variables["probe.P.failed"] is True


def test_a_fault_is_told_though_the_flow_goes_on() -> None:
    outcome = run(Probe, xml("fault", attributes=' continueOnError="true"'))
    assert outcome.fault is not None
    assert outcome.flow.error is None


def test_what_keeps_a_policy_from_being_deployed_is_found() -> None:
    assert [each.message for each in findings(Probe, xml("problem"))] == ["it cannot be done"]
    with pytest.raises(AssertionError, match="it cannot be done"):
        run(Probe, xml("problem"))


def test_a_request_knows_its_path_query_and_form() -> None:
    flow = request("POST", "/forecastrss?w=1", form="a=1&b=2")
    assert (flow.request.uri, flow.path_suffix) == ("/v0/weather/forecastrss?w=1", "/forecastrss")
    assert flow.request.form.get("b") == "2"
