"""The error flow of one endpoint: fault rules, the default fault rule, and the error message they shape."""

from collections.abc import Generator
from dataclasses import dataclass
from typing import TypeAlias

from gatewright.engine.context import FlowContext
from gatewright.engine.faults import Answered, Fault, fault_response
from gatewright.engine.flow import EVALUATION_PROBLEMS, Origin, Run, Step, Test, Wait, as_fault, run_steps
from gatewright.message import Response

RulesRun: TypeAlias = Generator[Wait, Response | None, bool]
"""Fault rules in progress. They end with whether the error flow may go on: not when a rule faulted itself."""


@dataclass(frozen=True, slots=True)
class FaultRule:
    name: str
    condition: Test | None
    steps: tuple[Step, ...]
    origin: Origin = Origin()

    def holds(self, flow: FlowContext) -> bool:
        return self.condition is None or self.condition(flow)


@dataclass(frozen=True, slots=True)
class FaultRules:
    """An endpoint's rules in the order in which they are tried (docs: Handling faults).

    Edge tries a proxy endpoint's rules from the last to the first and a target endpoint's from the first to
    the last; the compiler has put them in that order. The first rule that holds is the only one that runs.
    """

    rules: tuple[FaultRule, ...] = ()
    default: FaultRule | None = None
    always_enforce: bool = False

    def run(self, flow: FlowContext, fault: Fault) -> RulesRun:
        """Enter the error flow. Afterwards `flow.error` is the answer, whatever the rules did.

        A rule that faults itself (RaiseFault, or a failing step) ends the error flow at once, and its own
        fault is the answer: the default rule does not run then, AlwaysEnforce or not.
        """
        fail(flow, fault)
        return (yield from _to_its_end(self._run(flow), flow))

    def run_default(self, flow: FlowContext) -> RulesRun:
        """Go on in an error flow that another endpoint has begun: with the default rule alone."""
        return (yield from _to_its_end(self._run_default(flow), flow))

    def _run(self, flow: FlowContext) -> Run:
        ran = yield from self._run_first(flow)
        if not ran or self.always_enforce:
            yield from self._run_default(flow)

    def _run_default(self, flow: FlowContext) -> Run:
        if self.default is not None and self.default.holds(flow):
            yield from run_steps(self.default.steps, flow) or ()

    def _run_first(self, flow: FlowContext) -> Generator[Wait, Response | None, bool]:
        for rule in self.rules:
            if rule.holds(flow):
                yield from run_steps(rule.steps, flow) or ()
                return True
        return False


def _to_its_end(rules: Run, flow: FlowContext) -> RulesRun:
    try:
        yield from rules
    except (Fault, *EVALUATION_PROBLEMS) as other:
        fail(flow, as_fault(other))
        return False
    except Answered:
        flow.error = flow.response
        return False
    return True


def fail(flow: FlowContext, fault: Fault) -> None:
    """Make the fault the call's outcome: from here `error` is the ambient message."""
    flow.fault = fault
    flow.error = fault.response if fault.response is not None else fault_response(fault, flow.request)
