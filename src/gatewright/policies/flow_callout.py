"""FlowCallout: run the steps of a shared flow."""

from collections.abc import Callable
from typing import ClassVar

from gatewright.bundle.fields import Node, TemplateText, attribute, child, children, text
from gatewright.engine.compiler import Compiler
from gatewright.engine.context import FlowContext
from gatewright.engine.faults import FaultSpec
from gatewright.engine.flow import Execute, Run
from gatewright.engine.platform_faults import shared_flow_not_found, shared_flow_too_deep, unresolved_variable
from gatewright.engine.shared_flow import SharedFlow, as_step, refusing
from gatewright.engine.variables import Reader, Writer
from gatewright.message import Value
from gatewright.policies.base import Policy, VariableDoc, policy


class Parameter(Node):
    """A variable that the shared flow finds, and nobody after it."""

    name: str = attribute(doc="The variable's name.")
    ref: str | None = attribute(default=None, doc="The variable whose value it has.")
    value: str | None = attribute(default=None, doc="Its value, where there is no `ref`.")
    content: TemplateText | None = text(
        default=None, doc="A message template that gives its value, where there is neither."
    )


class Parameters(Node):
    """What the shared flow is given."""

    ignore_unresolved_variables: bool = attribute(
        default=True, doc="When false, a parameter that names a variable without a value is a fault."
    )
    parameters: tuple[Parameter, ...] = children(default=(), doc="One variable each.")


@policy(category="Extension", display="Flow Callout", prefix="flowcallout")
class FlowCallout(Policy):
    """Run the steps of a shared flow, which is deployed in the same environment, as one step.

    The shared flow sees and changes the messages and variables of the call. Its fault is a fault of the step,
    and so of the endpoint that calls. A new revision of the shared flow serves the proxies that call it as
    soon as it is deployed. Shared flows may call others, up to 20 inside each other and never in a circle.
    """

    shared_flow_bundle: str = child(doc="The name of the shared flow.")
    parameters: Parameters | None = child(
        default=None, doc="Variables that exist while the shared flow runs."
    )

    variables: ClassVar[tuple[VariableDoc, ...]] = (
        VariableDoc("apigee.edge.sharedflow.name", "string", "Inside the shared flow, its name."),
        VariableDoc("flowcallout.{policy}.failed", "boolean", "True when a step of the shared flow faulted."),
    )
    not_found: ClassVar[FaultSpec] = shared_flow_not_found
    too_deep: ClassVar[FaultSpec] = shared_flow_too_deep

    starter = """\
<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<FlowCallout continueOnError="false" enabled="true" name="$NAME">
    <DisplayName>$DISPLAY_NAME</DisplayName>
    <Parameters/>
    <SharedFlowBundle>shared-flow-name</SharedFlowBundle>
</FlowCallout>
"""

    def compile(self, cx: Compiler) -> Execute:
        callee = cx.callee(self.shared_flow_bundle)
        if not isinstance(callee, SharedFlow):
            return refusing(self.shared_flow_bundle, callee)
        given = () if self.parameters is None else self._given(self.parameters, cx)
        if not given:
            return lambda flow: as_step(callee.run(flow))
        return lambda flow: as_step(_with_parameters(callee, given, flow))

    def _given(self, parameters: Parameters, cx: Compiler) -> tuple["_Given", ...]:
        ignores = parameters.ignore_unresolved_variables
        return tuple(_Given(each, ignores, cx) for each in parameters.parameters)


class _Given:
    """One parameter, compiled."""

    __slots__ = ("read", "value_of", "write")

    def __init__(self, parameter: Parameter, ignores_unresolved: bool, cx: Compiler) -> None:
        self.read: Reader = cx.reader(parameter.name)
        self.write: Writer = cx.writer(parameter.name)
        self.value_of = _value(parameter, ignores_unresolved, cx)


def _value(parameter: Parameter, ignores_unresolved: bool, cx: Compiler) -> Callable[[FlowContext], Value]:
    if parameter.ref is None:
        if parameter.value is not None or parameter.content is None:
            literal = parameter.value or ""
            return lambda _: literal
        content = parameter.content
        return cx.template(content.text, ignore_unresolved=ignores_unresolved, source=content.source)
    name, read = parameter.ref, cx.reader(parameter.ref)
    if ignores_unresolved:
        return read

    def value(flow: FlowContext) -> Value:
        found = read(flow)
        if found is None:
            raise unresolved_variable(variable=name, policy=cx.policy)
        return found

    return value


def _with_parameters(callee: SharedFlow, given: tuple[_Given, ...], flow: FlowContext) -> Run:
    """Run with the parameters set; afterwards each variable is what it was before."""
    values = [each.value_of(flow) for each in given]
    before = [each.read(flow) for each in given]
    for each, value in zip(given, values, strict=True):
        each.write(flow, value)
    try:
        yield from callee.run(flow)
    finally:
        for each, value in zip(given, before, strict=True):
            each.write(flow, value)
