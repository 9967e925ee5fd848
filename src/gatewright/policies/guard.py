"""What holds for every policy that looks keys or tokens up: how it fails is told in variables."""

from collections.abc import Awaitable, Callable

from gatewright.engine.context import FlowContext
from gatewright.engine.faults import Fault
from gatewright.engine.flow import Execute
from gatewright.engine.ports import StoreAway
from gatewright.policies.client_faults import store_away


def guarded(execute: Execute, on_fault: Callable[[FlowContext, Fault], None]) -> Execute:
    """The same policy, with `on_fault` called for each fault on its way out, and StoreAway made a fault.

    What `on_fault` raises goes out in the fault's place.
    """

    def away(flow: FlowContext) -> Fault:
        fault = store_away()
        on_fault(flow, fault)
        return fault

    async def later(waiting: Awaitable[None], flow: FlowContext) -> None:
        try:
            await waiting
        except StoreAway as reason:
            raise away(flow) from reason
        except Fault as fault:
            on_fault(flow, fault)
            raise

    def guard(flow: FlowContext) -> Awaitable[None] | None:
        try:
            waiting = execute(flow)
        except StoreAway as reason:
            raise away(flow) from reason
        except Fault as fault:
            on_fault(flow, fault)
            raise
        return None if waiting is None else later(waiting, flow)

    return guard


def note_cause(flow: FlowContext, fault: Fault, prefix: str) -> None:
    """`<prefix>.fault.name` and `<prefix>.fault.cause` (docs: OAuthV2 policy, "Fault variables").

    The name keeps its stem where the key management service is the one that refuses.
    """
    is_stemmed = fault.code.startswith("keymanagement.service.")
    flow.variables[f"{prefix}.fault.name"] = fault.code if is_stemmed else fault.name
    flow.variables[f"{prefix}.fault.cause"] = fault.message
