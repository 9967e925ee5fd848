"""JavaCallout: recognised so that bundles with one can be imported, refused at deployment."""

from typing import ClassVar

from gatewright.bundle.diagnostics import Report
from gatewright.bundle.fields import child
from gatewright.engine.compiler import Compiler
from gatewright.engine.context import FlowContext
from gatewright.engine.faults import FaultSpec, fault
from gatewright.engine.flow import Execute
from gatewright.policies.base import Policy, policy


@policy(category="Extension", display="Java Callout", prefix="javacallout")
class JavaCallout(Policy):
    """Run a Java class. Gatewright has no Java: the policy is kept, and refused at deployment."""

    is_deployable: ClassVar[bool] = False

    class_name: str | None = child(default=None, doc="The class to run.")
    resource_url: str | None = child(default=None, xml="ResourceURL", doc="The jar: `java://file.jar`.")

    execution_error: ClassVar[FaultSpec] = fault(
        "steps.javacallout.ExecutionError",
        500,
        "Failed to execute JavaCallout. {reason}",
        "Java is not run. Replace the policy by a JavaScript, Python or ServiceCallout policy.",
    )

    def check(self, report: Report) -> None:
        named = f" {self.class_name}" if self.class_name else ""
        message = f"the Java class{named} cannot be run: replace the policy by JavaScript or a ServiceCallout"
        report.error(message, self.source, rule="unsupported-policy")

    def compile(self, cx: Compiler) -> Execute:
        del cx

        def execute(flow: FlowContext) -> None:
            del flow
            raise self.execution_error(reason="Java is not supported.")

        return execute
