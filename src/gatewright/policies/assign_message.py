"""AssignMessage: change a message or make a new one, and set variables."""

from typing import ClassVar

from gatewright.bundle.diagnostics import Report
from gatewright.bundle.fields import child, children
from gatewright.engine.compiler import Compiler
from gatewright.engine.context import FlowContext
from gatewright.engine.faults import FaultSpec, fault
from gatewright.engine.flow import Execute
from gatewright.policies.assign.actions import compile_actions, reads_target_body, touches_message
from gatewright.policies.assign.assembly import Assembly, AssignFaults
from gatewright.policies.assign.checks import check_actions
from gatewright.policies.assign.elements import Add, AssignTo, AssignVariable, Copy, Remove, Set
from gatewright.policies.assign.target import compile_target
from gatewright.policies.base import Policy, policy


@policy(category="Mediation", display="Assign Message", prefix="assignmessage")
class AssignMessage(Policy):
    """Change a request or response, make a new one for a later callout, and set flow variables.

    The actions are carried out in the order in which they stand. Texts are message templates.
    """

    actions: tuple[Copy | Remove | Add | Set | AssignVariable, ...] = children(
        default=(), doc="What to do, in this order."
    )
    ignore_unresolved_variables: bool = child(
        default=False, doc="When true, a variable without a value is an empty text instead of a fault."
    )
    assign_to: AssignTo | None = child(default=None, doc="The message to work on; by default the flow's own.")

    unresolved_variable: ClassVar[FaultSpec] = fault(
        "steps.assignmessage.UnresolvedVariable",
        500,
        "AssignMessage[{policy}]: unable to resolve variable {variable}",
        "A variable that the policy names has no value at this point of the flow. Set it in an earlier step, "
        "give a default, or set IgnoreUnresolvedVariables to true.",
    )
    variable_of_non_message_type: ClassVar[FaultSpec] = fault(
        "steps.assignmessage.VariableOfNonMsgType",
        500,
        "AssignMessage[{policy}]: value of variable {variable} is not of type Message",
        "The source of a Copy, or AssignTo with createNew false, names a variable that holds no message.",
    )
    set_variable_failed: ClassVar[FaultSpec] = fault(
        "steps.assignmessage.SetVariableFailed",
        500,
        "AssignMessage[{policy}]: unable to set variable {variable}: {reason}",
        "The value is none that the variable can take, such as a line break in a header field.",
    )

    starter = """\
<AssignMessage name="$NAME" enabled="true" continueOnError="false">
    <DisplayName>$DISPLAY_NAME</DisplayName>
    <Set>
        <Headers>
            <Header name="X-Example">{messageid}</Header>
        </Headers>
    </Set>
    <IgnoreUnresolvedVariables>true</IgnoreUnresolvedVariables>
</AssignMessage>
"""

    def check(self, report: Report) -> None:
        check_actions(self.actions, "AssignMessage", self.name, report)

    def compile(self, cx: Compiler) -> Execute:
        faults = AssignFaults(
            self.unresolved_variable, self.variable_of_non_message_type, self.set_variable_failed
        )
        assembly = Assembly(cx, faults, self.ignore_unresolved_variables)
        apply = compile_actions(self.actions, assembly)
        makes_message = self.assign_to is not None and self.assign_to.create_new
        if not makes_message and not touches_message(self.actions):
            return lambda flow: apply(flow, flow.request)
        target = compile_target(self.assign_to, assembly, reads_body=reads_target_body(self.actions))

        def execute(flow: FlowContext) -> None:
            apply(flow, target(flow))

        return execute
