"""Steps and passes: what runs, what stops a flow, and what a failed step leaves behind."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from tests.engine.harness import Scripted, call, compiled, drive, steps
from tests.engine.test_variables import new_flow

from gatewright.engine.context import FlowContext
from gatewright.engine.faults import Answered, Fault, fault
from gatewright.engine.flow import ConditionalFlow, Execute, Pass, Run, Step, run_steps
from gatewright.engine.target import Failure, TargetFailed
from gatewright.engine.variables import CannotWrite
from gatewright.expr import InvalidArgument
from gatewright.message import Response, TooManyParameters

Make = Callable[[Exception], Execute]

wrong = fault("steps.x.Wrong", 500, "It is wrong")
BASE_PATH = "<HTTPProxyConnection><BasePath>/marks</BasePath></HTTPProxyConnection>"
ROUTE = '<RouteRule name="r"><TargetEndpoint>default</TargetEndpoint></RouteRule>'
TARGET = "<HTTPTargetConnection><URL>http://t.example</URL></HTTPTargetConnection>"


def step(execute: Execute, *, carries_on: bool = False, name: str = "p") -> Step:
    return Step(name, execute, None, carries_on, f"x.{name}.failed")


def raising(problem: Exception) -> Execute:
    def execute(flow: FlowContext) -> None:
        raise problem

    return execute


def raising_later(problem: Exception) -> Execute:
    async def later() -> None:
        await asyncio.sleep(0)
        raise problem

    def execute(flow: FlowContext) -> Awaitable[None]:
        return later()

    return execute


def running(these: tuple[Step, ...], flow: FlowContext) -> Run:
    yield from run_steps(these, flow) or ()


def run(*these: Step) -> FlowContext:
    flow = new_flow({})
    asyncio.run(drive(running(these, flow), Scripted(TargetFailed(Failure.CONNECT))))
    return flow


@pytest.mark.parametrize("make", [raising, raising_later])
@pytest.mark.parametrize(
    ("problem", "name"),
    [
        (wrong(), "Wrong"),
        (InvalidArgument("x", 1), "EvaluationFailed"),
        (TooManyParameters("x"), "EvaluationFailed"),
        (CannotWrite("x"), "EvaluationFailed"),
    ],
)
def test_a_step_that_fails_stops_the_flow_with_its_fault(make: Make, problem: Exception, name: str) -> None:
    with pytest.raises(Fault) as failure:
        run(step(make(problem), name="p"))
    assert (failure.value.name, failure.value.policy) == (name, "p")


@pytest.mark.parametrize("make", [raising, raising_later])
def test_with_continue_on_error_the_flow_goes_on_and_the_failure_can_be_seen(
    make: Make,
) -> None:
    flow = run(
        step(make(wrong()), carries_on=True), step(lambda flow: flow.variables.__setitem__("after", True))
    )
    assert flow.variables == {"x.p.failed": True, "after": True}
    assert flow.fault is not None
    assert flow.fault.name == "Wrong"
    assert flow.error is None


@pytest.mark.parametrize("make", [raising, raising_later])
def test_a_defect_is_nobodys_to_carry_on_from(make: Make) -> None:
    with pytest.raises(ZeroDivisionError):
        run(step(make(ZeroDivisionError()), carries_on=True))


@pytest.mark.parametrize("make", [raising, raising_later])
def test_an_answer_stops_the_flow_and_says_whose_it_is(make: Make) -> None:
    with pytest.raises(Answered) as answered:
        run(step(make(Answered()), carries_on=True, name="cache"))
    assert answered.value.policy == "cache"


def test_a_condition_that_cannot_be_evaluated_is_its_steps_failure() -> None:
    def condition(flow: FlowContext) -> bool:
        raise InvalidArgument("x", 1)

    broken = Step("p", lambda _: None, condition, True, "x.p.failed")
    assert run(broken).variables == {"x.p.failed": True}


def test_flow_names_follow_the_pass() -> None:
    seen: list[tuple[str | None, ...]] = []

    def note(flow: FlowContext) -> None:
        seen.append((flow.flow_name, flow.proxy_flow_name, flow.target_flow_name))

    these = (step(note),)
    flows = (ConditionalFlow("no", lambda _: False, these), ConditionalFlow("yes", None, these))
    flow = new_flow({})
    for on_target in (False, True):
        assert Pass(these, flows, these, on_target).run(flow) is None
    proxy = [(name, name, None) for name in ("PreFlow", "yes", "PostFlow")]
    target = [(name, "PostFlow", name) for name in ("PreFlow", "yes", "PostFlow")]
    assert seen == proxy + target


def test_an_answer_in_a_fault_rule_is_the_answer() -> None:
    proxy = f"<PreFlow><Request>{steps('fail')}</Request></PreFlow>"
    rules = f'<FaultRules><FaultRule name="f">{steps("answer")}</FaultRule></FaultRules>'
    result = call(compiled(rules + proxy + BASE_PATH + ROUTE, TARGET).endpoints[0], Response())
    assert (result.response.status, result.response.text) == (202, "answered")
    assert result.target.calls == []


@pytest.mark.parametrize("where", ["Request", "Response"])
def test_a_fault_after_a_wait_reaches_the_fault_rules_of_its_endpoint(where: str) -> None:
    proxy = f"<PreFlow><{where}>{steps('pause-fail')}</{where}></PreFlow>"
    rules = f'<FaultRules><FaultRule name="f">{steps("pause a")}</FaultRule></FaultRules>'
    result = call(compiled(rules + proxy + BASE_PATH + ROUTE, TARGET).endpoints[0], Response())
    assert result.marks == "pause-fail pause a"
    assert result.response.status == 500


def test_a_flow_that_is_given_up_runs_nothing_more() -> None:
    proxy = f"<PreFlow><Request>{steps('a pause b')}</Request></PreFlow>"
    rules = f'<FaultRules><FaultRule name="f">{steps("c")}</FaultRule></FaultRules>'
    flow = new_flow({})
    run = compiled(rules + proxy + BASE_PATH + ROUTE, TARGET).endpoints[0].run(flow)
    waiting = next(run)
    run.close()
    asyncio.run(asyncio.wait_for(waiting, 1))  # type: ignore[arg-type]  # a step's coroutine
    assert str(flow.variables["marks"]).split() == ["a", "pause"]
