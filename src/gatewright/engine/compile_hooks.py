"""From the flow hooks of an environment to the steps that a proxy runs for them."""

from collections.abc import Iterable

from gatewright.engine.compiler import Compilation, Compiler
from gatewright.engine.context import FlowContext
from gatewright.engine.flow import Execute, Run, Step
from gatewright.engine.flow_hooks import Hooks
from gatewright.engine.shared_flow import SharedFlow, as_step, refusing
from gatewright.engine.variables import Segment
from gatewright.entities import FlowHook, FlowHookPoint


def compile_hooks(flow_hooks: Iterable[FlowHook], shared: Compilation) -> Hooks:
    """The hooks that have a shared flow, compiled as the proxy's own steps."""
    by_point = {each.flow_hook_point: each for each in flow_hooks}

    def steps(point: FlowHookPoint, segment: Segment) -> tuple[Step, ...]:
        hook = by_point.get(point)
        name = None if hook is None else hook.attached
        return () if hook is None or name is None else (_step(hook, name, segment, shared),)

    return Hooks(
        pre_proxy=steps("PreProxyFlowHook", Segment.REQUEST),
        pre_target=steps("PreTargetFlowHook", Segment.REQUEST),
        post_target=steps("PostTargetFlowHook", Segment.RESPONSE),
        post_proxy=steps("PostProxyFlowHook", Segment.RESPONSE),
    )


def _step(hook: FlowHook, name: str, segment: Segment, shared: Compilation) -> Step:
    point = hook.flow_hook_point
    callee = Compiler(shared, segment, policy=point).callee(name)
    return Step(
        policy=point,
        execute=_hooked(point, callee) if isinstance(callee, SharedFlow) else refusing(name, callee),
        condition=None,
        continue_on_error=hook.continue_on_error,
        failed_variable=f"flowhook.{point}.failed",
    )


def _hooked(point: FlowHookPoint, callee: SharedFlow) -> Execute:
    """The shared flow, with `apigee.edge.flowhook.name` set meanwhile."""

    def run(flow: FlowContext) -> Run:
        flow.flow_hook = point
        try:
            yield from callee.run(flow)
        finally:
            flow.flow_hook = None

    return lambda flow: as_step(run(flow))
