"""Callers who were let through a moment ago: what their key or token came to need not be worked out again.

A verdict rests on records, on the time and on the call's path. It is void as soon as the worker hears of a
change to any record, when a time that matters has come, and for a path that another product decides about;
the caller is then looked at anew. So it changes nothing but the cost.
"""

from collections.abc import Hashable
from typing import NamedTuple

from gatewright.engine.context import FlowContext
from gatewright.engine.ports import Clock
from gatewright.entities import NEVER
from gatewright.message import Value
from gatewright.policies.access import Decision, Grant, covers

LONGEST_MS = 1_000
_CAPACITY = 250
"""Verdicts of one policy, a kilobyte each. There may be hundreds of proxies with such a policy."""


class _Verdict(NamedTuple):
    from_ms: int
    until_ms: int
    generation: int
    grant: Grant
    passed_over: tuple[Grant, ...]
    variables: dict[str, Value]


class Verdicts:
    """Those of one policy, by what the caller showed. Mutable.

    `generation` is that of the records when they were looked up: `Clients.generation`, and where tokens are
    looked at `Tokens.generation` with it.
    """

    __slots__ = ("_clock", "_verdicts")

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._verdicts: dict[Hashable, _Verdict] = {}

    def recall(self, shown: Hashable, generation: int, flow: FlowContext) -> bool:
        """Let the call through, with its variables, if a verdict says so. False settles nothing."""
        verdict = self._verdicts.get(shown)
        if verdict is None:
            return False
        from_ms, until_ms, known, grant, passed_over, variables = verdict
        if known != generation or not from_ms <= self._clock.now_ms() < until_ms:
            return False
        if not covers(grant, flow) or (passed_over and any(covers(each, flow) for each in passed_over)):
            return False
        tell(flow, variables)
        return True

    def keep(
        self,
        shown: Hashable,
        generation: int,
        decision: Decision,
        variables: dict[str, Value],
        *ends_ms: int,
    ) -> None:
        """Remember that the call was let through. `ends_ms`: when it might not be any more, or NEVER."""
        if decision.grant is None:
            return
        now_ms = self._clock.now_ms()
        until_ms = min([now_ms + LONGEST_MS, *(end for end in ends_ms if end != NEVER)])
        if len(self._verdicts) >= _CAPACITY:
            self._verdicts.clear()  # most of them are void by now
        self._verdicts[shown] = _Verdict(
            now_ms, until_ms, generation, decision.grant, decision.passed_over, variables
        )


def tell(flow: FlowContext, variables: dict[str, Value]) -> None:
    """Give a call the variables that its caller's record came to; they stay as they are for others."""
    if flow.variables:
        flow.variables.update(variables)
    else:
        flow.variables = variables.copy()
