"""Flow hooks: shared flows that an environment runs around the endpoints of all its proxies.

They are the outermost steps of a pass, so a fault in one is a fault of the endpoint whose pass it is.
"""

from dataclasses import dataclass
from typing import TypeAlias

from gatewright.engine.context import FlowContext
from gatewright.engine.flow import Pass, Run, Step, run_steps


@dataclass(frozen=True, slots=True)
class HookedPass:
    """A pass with what the environment's hooks run before and after it."""

    before: tuple[Step, ...]
    inner: Pass | None
    after: tuple[Step, ...]

    def run(self, flow: FlowContext) -> Run:
        yield from run_steps(self.before, flow) or ()
        if self.inner is not None:
            yield from self.inner.run(flow) or ()
        yield from run_steps(self.after, flow) or ()


AnyPass: TypeAlias = Pass | HookedPass


@dataclass(frozen=True, slots=True)
class Hooks:
    """The steps at each of the four points; none where no shared flow is attached."""

    pre_proxy: tuple[Step, ...] = ()
    pre_target: tuple[Step, ...] = ()
    post_target: tuple[Step, ...] = ()
    post_proxy: tuple[Step, ...] = ()


def hooked(before: tuple[Step, ...], inner: Pass | None, after: tuple[Step, ...]) -> AnyPass | None:
    """The pass with its hooks; the pass itself, or None, where there are none."""
    return HookedPass(before, inner, after) if before or after else inner
