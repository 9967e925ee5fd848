"""Policies that Gatewright recognises but does not carry out."""

from typing import ClassVar

from gatewright.bundle.diagnostics import Report
from gatewright.engine.compiler import Compiler
from gatewright.engine.context import FlowContext
from gatewright.engine.faults import FaultSpec, fault
from gatewright.engine.flow import Execute
from gatewright.policies.base import Policy, policy


@policy(category="Extension", display="Not supported", prefix="unsupported")
class Unsupported(Policy):
    """A policy of Apigee that is imported and kept, but not carried out.

    A bundle that holds one can be deployed; a step that runs it faults. Other steps are not affected.
    """

    is_open = True

    not_supported: ClassVar[FaultSpec] = fault(
        "steps.gatewright.PolicyNotSupported",
        501,
        "Policy {policy} cannot be executed: {root} is not supported",
        "The policy's type is recognised but not carried out. Remove the step, or give it a condition that "
        "does not hold.",
    )

    @property
    def root(self) -> str:
        """The policy's root element."""
        return self.source.element.rpartition(":")[2]

    def check(self, report: Report) -> None:
        message = f"<{self.root}> is recognised but not carried out: a step that runs it faults"
        report.warning(message, self.source, rule="unsupported-policy")

    def compile(self, cx: Compiler) -> Execute:
        del cx
        name, root = self.name, self.root

        def execute(flow: FlowContext) -> None:
            del flow
            raise self.not_supported(policy=name, root=root)

        return execute
