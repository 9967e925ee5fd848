"""A shared flow in a place where it is called: its steps run there as one step."""

from collections.abc import Awaitable
from dataclasses import dataclass
from enum import Enum

from gatewright.engine.context import FlowContext
from gatewright.engine.flow import Execute, Run, Step, Wait, run_steps
from gatewright.engine.platform_faults import shared_flow_not_found, shared_flow_too_deep

NESTING_LIMIT = 20
"""How many shared flows may be inside each other. Apigee documents no number; this one is ours."""


class NotCallable(Enum):
    """Why a shared flow cannot be called; the step faults then."""

    NOT_DEPLOYED = shared_flow_not_found
    TOO_DEEP = shared_flow_too_deep


@dataclass(frozen=True, slots=True)
class SharedFlow:
    """The steps of a shared flow, compiled for the segment that calls it."""

    name: str
    steps: tuple[Step, ...]
    depth: int = 1
    """How many shared flows are inside each other, this one included."""

    def run(self, flow: FlowContext) -> Run:
        """The steps in order. Raises what they raise; meanwhile `apigee.edge.sharedflow.name` is its name."""
        outer = flow.shared_flow
        flow.shared_flow = self.name
        try:
            yield from run_steps(self.steps, flow) or ()
        finally:
            flow.shared_flow = outer


def refusing(name: str, why: NotCallable) -> Execute:
    """What a step executes that calls a shared flow which cannot be called."""

    def refuse(flow: FlowContext) -> None:
        del flow
        raise why.value(name=name, limit=NESTING_LIMIT)

    return refuse


def as_step(run: Run) -> Awaitable[None] | None:
    """Run a flow inside a step: to its end at once, or as far as it comes without waiting."""
    try:
        waiting = next(run)
    except StopIteration:
        return None
    return _rest(run, waiting)


async def _rest(run: Run, waiting: Wait) -> None:
    try:
        while True:
            if not isinstance(waiting, Awaitable):
                raise TypeError("a step waits for awaitables only")
            try:
                await waiting
            except Exception as failure:  # noqa: BLE001  (the flow is told of whatever ended its wait)
                waiting = run.throw(failure)
            else:
                waiting = next(run)
    except StopIteration:
        return
    finally:
        run.close()
