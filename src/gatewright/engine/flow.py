"""Steps and passes: the part of a flow that runs policies, synchronously until one must wait."""

from collections.abc import Awaitable, Callable, Generator, Iterable
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

from gatewright.bundle.source import NOWHERE, Source
from gatewright.engine.context import FlowContext
from gatewright.engine.faults import Answered, Fault
from gatewright.engine.platform_faults import evaluation_failed
from gatewright.engine.target import TargetCall
from gatewright.engine.variables.variable import CannotWrite
from gatewright.expr import InvalidArgument, RegexTimeout
from gatewright.message import Response, TooManyParameters

Execute: TypeAlias = Callable[[FlowContext], Awaitable[None] | None]
"""A compiled policy: does its work and returns None, or returns what must be awaited first."""

Test: TypeAlias = Callable[[FlowContext], bool]
"""A compiled condition."""

Wait: TypeAlias = Awaitable[None] | TargetCall
Run: TypeAlias = Generator[Wait, Response | None, None]
"""A flow in progress. It yields what it must wait for and is resumed with the answer: a Response for a
TargetCall, None for an awaitable; a failed wait is thrown in as an exception. A flow that never waits runs
to its end in the first `next()`, with no task and no future."""


WholeRun: TypeAlias = Generator[Wait, Response | None, Response]
"""The flow of a whole call, which ends with the answer for the client."""

EVALUATION_PROBLEMS = (InvalidArgument, RegexTimeout, TooManyParameters, CannotWrite)
"""What a condition, a template or a variable that is read or written can raise for what the request holds."""


@dataclass(frozen=True, slots=True)
class Origin:
    """What a compiled part was made from, for people: no call looks at it."""

    source: Source = NOWHERE
    condition: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One policy attached to a flow."""

    policy: str
    execute: Execute
    condition: Test | None
    continue_on_error: bool
    failed_variable: str
    """`<prefix>.<policy>.failed`"""
    origin: Origin = Origin()


@dataclass(frozen=True, slots=True)
class ConditionalFlow:
    """A named flow of an endpoint; without a condition it always holds."""

    name: str
    condition: Test | None
    steps: tuple[Step, ...]
    origin: Origin = Origin()


@dataclass(frozen=True, slots=True)
class Pass:
    """What one endpoint does to one message: PreFlow, the first conditional flow that holds, PostFlow.

    Edge evaluates the flows' conditions anew in each pass, with the variables of that moment (docs: Flow
    variables and conditions). `on_target` says whose flow name it reports.
    """

    pre: tuple[Step, ...]
    flows: tuple[ConditionalFlow, ...]
    post: tuple[Step, ...]
    on_target: bool

    def run(self, flow: FlowContext) -> Run | None:
        """Run it as `run_steps` runs steps."""
        if self.pre:
            self._enter(flow, "PreFlow")
            left = run_steps(self.pre, flow)
            if left is not None:
                return _then(left, self._run_flows, flow)
        if self.flows:
            return self._run_flows(flow)
        return self._run_post(flow) if self.post else None

    def _run_flows(self, flow: FlowContext) -> Run | None:
        for conditional in self.flows:
            if conditional.condition is None or conditional.condition(flow):
                self._enter(flow, conditional.name)
                left = run_steps(conditional.steps, flow)
                if left is not None:
                    return _then(left, self._run_post, flow) if self.post else left
                break
        return self._run_post(flow) if self.post else None

    def _run_post(self, flow: FlowContext) -> Run | None:
        self._enter(flow, "PostFlow")
        return run_steps(self.post, flow)

    def _enter(self, flow: FlowContext, name: str) -> None:
        flow.flow_name = name
        if self.on_target:
            flow.target_flow_name = name
        else:
            flow.proxy_flow_name = name

    @property
    def is_empty(self) -> bool:
        return not (self.pre or self.flows or self.post)


def run_steps(steps: Iterable[Step], flow: FlowContext) -> Run | None:
    """Run steps in order until one must wait: what is left then, or None when all have run.

    Raises the Fault of the first that fails without continueOnError, or Answered; so does what is left.
    """
    left = iter(steps)
    for step in left:
        try:
            if step.condition is not None and not step.condition(flow):
                continue
            waiting = step.execute(flow)
        except (Fault, *EVALUATION_PROBLEMS) as problem:
            _failed(step, flow, problem)
            continue
        except Answered as answered:
            answered.policy = answered.policy or step.policy
            raise
        if waiting is not None:
            return _then(_wait(step, waiting, flow), partial(run_steps, left), flow)
    return None


def _wait(step: Step, waiting: Wait, flow: FlowContext) -> Run:
    try:
        yield waiting
    except (Fault, *EVALUATION_PROBLEMS) as problem:
        _failed(step, flow, problem)
    except Answered as answered:
        answered.policy = answered.policy or step.policy
        raise


def _then(first: Run, following: Callable[[FlowContext], Run | None], flow: FlowContext) -> Run:
    yield from first
    yield from following(flow) or ()


def _failed(step: Step, flow: FlowContext, problem: Exception) -> None:
    fault = as_fault(problem)
    fault.policy = fault.policy or step.policy  # inside a shared flow it has been told already
    note_failure(flow, step, fault)
    if not step.continue_on_error:
        raise fault from problem.__cause__


def as_fault(problem: Exception) -> Fault:
    """A fault as it is; a problem of evaluating an expression as the fault that stands for it."""
    return problem if isinstance(problem, Fault) else evaluation_failed(reason=problem)


def note_failure(flow: FlowContext, step: Step, fault: Fault) -> None:
    """Make a failed step visible to conditions: `<prefix>.<policy>.failed` and the `fault.*` variables."""
    flow.fault = fault
    flow.variables[step.failed_variable] = True
