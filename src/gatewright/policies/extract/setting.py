"""How extracted values become flow variables."""

from collections.abc import Callable
from typing import TypeAlias

from gatewright.engine.compiler import Compiler
from gatewright.engine.context import FlowContext
from gatewright.engine.variables import CannotWrite, find_variable
from gatewright.message import Value, text_of
from gatewright.policies.extract.faults import ExtractFaults

Put: TypeAlias = Callable[[FlowContext, Value], None]


def compile_put(name: str, cx: Compiler, faults: ExtractFaults) -> Put:
    """Sets the variable. A variable of the platform that is only read is a fault when it would be set."""
    write = find_variable(name, cx.segment).write
    policy = faults.policy
    if write is None:
        cx.warning(f"{name} can only be read; extracting a value for it is a fault", rule="ImmutableVariable")

        def refuse(flow: FlowContext, value: Value) -> None:
            del flow, value
            raise faults.immutable_variable(policy=policy, variable=name)

        return refuse

    def put(flow: FlowContext, value: Value) -> None:
        try:
            write(flow, value)
        except CannotWrite:
            raise faults.set_variable_failed(policy=policy, variable=name, value=text_of(value)) from None

    return put
