"""How much one call counts: `<MessageWeight ref="…"/>` of Quota and SpikeArrest."""

from collections.abc import Callable
from typing import Final

from gatewright.bundle.values import Ref
from gatewright.engine.compiler import Compiler
from gatewright.engine.context import FlowContext
from gatewright.engine.faults import fault

INVALID_MESSAGE_WEIGHT: Final = fault(
    "policies.ratelimit.InvalidMessageWeight",
    500,
    "Invalid message weight value {value}",
    "MessageWeight refers to a variable that is not a whole number from 0 to 2147483647.",
)
_WEIGHTS = range(2**31)


def compile_weight(weight: Ref[str] | None, cx: Compiler) -> Callable[[FlowContext], int]:
    """The weight of a call, 1 when its variable has no value. The function raises InvalidMessageWeight."""
    if weight is None:
        return _one
    text_of = cx.ref_text(weight)

    def weight_of(flow: FlowContext) -> int:
        text = text_of(flow)
        return 1 if text is None else _number(text)

    return weight_of


def _one(_: FlowContext) -> int:
    return 1


def _number(text: str) -> int:
    digits = text.strip()
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 10) or int(digits) not in _WEIGHTS:
        raise INVALID_MESSAGE_WEIGHT(value=text)
    return int(digits)
