"""ExtractVariables' faults, as data that its parts raise."""

from dataclasses import dataclass

from gatewright.engine.faults import Fault, FaultSpec


@dataclass(frozen=True, slots=True)
class ExtractFaults:
    """The policy's faults with its name filled in."""

    policy: str
    execution_failed: FaultSpec
    source_not_available: FaultSpec
    set_variable_failed: FaultSpec
    immutable_variable: FaultSpec
    variable_resolution_failed: FaultSpec
    unable_to_cast: FaultSpec
    json_path_parsing_failure: FaultSpec
    invalid_json_path: FaultSpec

    def malformed(self) -> Fault:
        """A message's body is empty or cannot be read."""
        return self.execution_failed(policy=self.policy)

    def unreadable(self, variable: str) -> Fault:
        """A variable holds no JSON."""
        return self.json_path_parsing_failure(policy=self.policy, variable=variable)

    def no_source(self, variable: str) -> Fault:
        return self.source_not_available(policy=self.policy, variable=variable)

    def unresolved(self, variable: str) -> Fault:
        return self.variable_resolution_failed(policy=self.policy, variable=variable)

    def nothing_at(self, path: str) -> Fault:
        """A JSONPath is wrong or leads nowhere."""
        return self.invalid_json_path(policy=self.policy, path=path)

    def cast(self, text: str, wanted: str | None) -> Fault:
        return self.unable_to_cast(value=text, type=(wanted or "string").upper())
