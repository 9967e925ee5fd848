"""RaiseFault: end the normal flow with an answer of the proxy's own."""

from typing import ClassVar

from gatewright.bundle.diagnostics import Report
from gatewright.bundle.fields import Ignored, Node, child, children
from gatewright.engine.compiler import Compiler
from gatewright.engine.context import FlowContext
from gatewright.engine.faults import REASONS, Fault, FaultSpec, fault, fault_response
from gatewright.engine.flow import Execute
from gatewright.engine.platform_faults import unresolved_variable
from gatewright.engine.variables import Segment
from gatewright.message import Response
from gatewright.policies.assign.actions import compile_actions, sets_payload
from gatewright.policies.assign.assembly import Assembly, AssignFaults
from gatewright.policies.assign.checks import check_actions
from gatewright.policies.assign.elements import Add, AssignVariable, Copy, Remove, Set
from gatewright.policies.base import Policy, policy


class FaultResponse(Node):
    """The answer, made by the actions of AssignMessage on a new response."""

    actions: tuple[Copy | Remove | Add | Set | AssignVariable, ...] = children(
        default=(), doc="What to do, in this order."
    )

    ignores = (
        Ignored("AssignTo", "a fault response is always a response of its own"),
        Ignored("IgnoreUnresolvedVariables", "it belongs into RaiseFault itself"),
    )


@policy(category="Mediation", display="Raise Fault", prefix="raisefault")
class RaiseFault(Policy):
    """Answer with an error: the flow stops, and the fault rules of the endpoint run.

    Without a payload the answer holds the platform's fault body, in JSON or in XML as the client asks.
    """

    fault_response: FaultResponse | None = child(default=None, doc="The answer; status 500 unless it is set.")
    ignore_unresolved_variables: bool = child(
        default=True, doc="When false, a variable without a value is a fault of its own."
    )
    short_fault_reason: bool = child(
        default=False, doc="When true, the fault's message is the policy's name alone."
    )

    ignores: ClassVar[tuple[Ignored, ...]] = (
        Ignored("AssignTo", "a fault response is always a response of its own"),
    )

    raised: ClassVar[FaultSpec] = fault(
        "steps.raisefault.RaiseFault",
        500,
        "Raising fault. Fault name : {policy}",
        "The proxy's author raises this fault; the policy's condition says when.",
    )
    variable_of_non_message_type: ClassVar[FaultSpec] = fault(
        "steps.raisefault.VariableOfNonMsgType",
        500,
        "RaiseFault[{policy}]: value of variable {variable} is not of type Message",
        "The source of a Copy names a variable that holds no message.",
    )
    set_variable_failed: ClassVar[FaultSpec] = fault(
        "steps.raisefault.SetVariableFailed",
        500,
        "RaiseFault[{policy}]: unable to set variable {variable}: {reason}",
        "The value is none that the variable can take, such as a line break in a header field.",
    )

    starter = """\
<RaiseFault name="$NAME" enabled="true" continueOnError="false">
    <DisplayName>$DISPLAY_NAME</DisplayName>
    <FaultResponse>
        <Set>
            <Payload contentType="text/plain">What went wrong, and what to do about it.</Payload>
            <StatusCode>400</StatusCode>
        </Set>
    </FaultResponse>
    <IgnoreUnresolvedVariables>true</IgnoreUnresolvedVariables>
</RaiseFault>
"""

    def check(self, report: Report) -> None:
        if self.fault_response is not None:
            check_actions(self.fault_response.actions, "RaiseFault", self.name, report)

    def compile(self, cx: Compiler) -> Execute:
        """While the answer is made it is `message` already, as in Edge: its payload can read its status."""
        inside = Compiler(cx.shared, Segment.FAULT, policy=cx.policy, source=cx.source)
        faults = AssignFaults(
            unresolved_variable, self.variable_of_non_message_type, self.set_variable_failed
        )
        actions = () if self.fault_response is None else self.fault_response.actions
        apply = compile_actions(actions, Assembly(inside, faults, self.ignore_unresolved_variables))
        has_body = sets_payload(actions)

        def execute(flow: FlowContext) -> None:
            failure = self._fault()
            response = Response(500, REASONS[500]) if has_body else fault_response(failure, flow.request)
            error = flow.error
            if error is None:
                flow.error = response
            try:
                apply(flow, response)
            finally:
                flow.error = error
            failure.status, failure.response = response.status, response
            raise failure

        return execute

    def _fault(self) -> Fault:
        failure = self.raised(policy=self.name)
        if self.short_fault_reason:
            failure.message = self.name
        return failure
