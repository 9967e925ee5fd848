"""What compiling actions needs: the compiler, the policy's own faults, and how unresolved variables count."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from gatewright.bundle.values import TemplateText
from gatewright.engine.compiler import Compiler, Text
from gatewright.engine.context import FlowContext
from gatewright.engine.faults import Fault, FaultSpec
from gatewright.message import Message

Apply: TypeAlias = Callable[[FlowContext, Message], None]
"""One compiled action on one message."""


@dataclass(frozen=True, slots=True)
class AssignFaults:
    """The faults of the policy that the actions belong to. Each message may name {policy} and {variable}."""

    unresolved: FaultSpec
    not_a_message: FaultSpec
    cannot_set: FaultSpec
    """May name {reason} as well."""


@dataclass(frozen=True, slots=True)
class Rendering:
    """A compiled text; `constant` where the call does not change it."""

    constant: str | None
    render: Text


@dataclass(frozen=True, slots=True)
class Assembly:
    """The shared part of compiling one policy's actions."""

    cx: Compiler
    faults: AssignFaults
    ignores_unresolved: bool

    def rendering(
        self, template: TemplateText, *, prefix: str = "{", suffix: str = "}", fallback: str | None = None
    ) -> Rendering:
        """The template as text. `fallback`, where given, stands for unresolved variables."""
        constant = self.cx.constant(template.text, prefix=prefix, suffix=suffix)
        render = self.cx.template(
            template.text,
            ignore_unresolved=self.ignores_unresolved or fallback is not None,
            fallback=fallback or "",
            prefix=prefix,
            suffix=suffix,
            unresolved=self.faults.unresolved,
            source=template.source,
        )
        return Rendering(constant, render)

    def unresolved(self, variable: str) -> Fault:
        return self.faults.unresolved(policy=self.cx.policy, variable=variable)

    def not_a_message(self, variable: str) -> Fault:
        return self.faults.not_a_message(policy=self.cx.policy, variable=variable)

    def cannot_set(self, variable: str, reason: object) -> Fault:
        return self.faults.cannot_set(policy=self.cx.policy, variable=variable, reason=reason)
