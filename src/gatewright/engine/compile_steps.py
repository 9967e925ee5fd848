"""From the steps and conditions of a bundle to callables."""

from collections.abc import Iterable

from gatewright.bundle import model
from gatewright.bundle.source import Source
from gatewright.bundle.values import ConditionText
from gatewright.engine.compiler import Compilation, Compiler
from gatewright.engine.flow import Origin, Step, Test
from gatewright.engine.variables import Segment
from gatewright.expr import ConditionError, compile_condition, parse_condition


def compile_steps(steps: Iterable[model.Step], segment: Segment, shared: Compilation) -> tuple[Step, ...]:
    """The steps as they run in that segment, without those of disabled policies."""
    compiled = (_step(step, segment, shared) for step in steps)
    return tuple(step for step in compiled if step is not None)


def _step(step: model.Step, segment: Segment, shared: Compilation) -> Step | None:
    """None for a disabled policy, and for one that is missing, which the bundle's check reports."""
    policy = shared.policies.get(step.policy)
    if policy is None or not policy.enabled:
        return None
    cx = Compiler(shared, segment, policy=policy.name, source=policy.source)
    return Step(
        policy=policy.name,
        execute=policy.compile(cx),
        condition=compile_test(step.condition, segment, shared),
        continue_on_error=policy.continue_on_error,
        failed_variable=policy.failed_variable,
        origin=origin_of(policy.source, step.condition),
    )


def origin_of(source: Source, condition: ConditionText | None) -> Origin:
    """Where a part stands, for people."""
    return Origin(source, " ".join(str(condition or "").split()))


def compile_test(condition: ConditionText | None, segment: Segment, shared: Compilation) -> Test | None:
    """The condition of a step, flow or rule; None when there is none."""
    if condition is None or not condition.text.strip():
        return None
    try:
        parsed = parse_condition(condition.text)
    except ConditionError:
        return None  # the bundle's check has reported it
    return compile_condition(parsed, Compiler(shared, segment, source=condition.source).reader)
