"""SpikeArrest: spread calls out evenly, so that none comes sooner after another than the rate allows."""

import re
from collections.abc import Callable
from typing import ClassVar, NamedTuple

from gatewright.bundle.diagnostics import Report
from gatewright.bundle.fields import child
from gatewright.bundle.values import Ref
from gatewright.engine.compiler import Compiler
from gatewright.engine.context import FlowContext
from gatewright.engine.faults import FaultSpec, fault
from gatewright.engine.flow import Execute
from gatewright.policies.base import Policy, VariableDoc, policy
from gatewright.policies.rate_limit.weight import INVALID_MESSAGE_WEIGHT, compile_weight

_RATE = re.compile(r"([0-9]{1,15})(ps|pm)", re.IGNORECASE)
_PERIODS_US = {"ps": 1_000_000, "pm": 60_000_000}


class Rate(NamedTuple):
    """So many calls in a period, each `gap_us` after the one before."""

    calls: int
    period_us: int

    @property
    def gap_us(self) -> int:
        return self.period_us // self.calls


@policy(category="Traffic Management", display="Spike Arrest", prefix="ratelimit")
class SpikeArrest(Policy):
    """Spread calls out evenly, so that a spike does not reach the target.

    A rate of `30ps` lets one call pass every 33 milliseconds, `6pm` one every 10 seconds: a call that comes
    sooner is refused, whatever came before. The workers of one machine count together.
    """

    rate: Ref[str] = child(
        doc="How many calls may pass: a whole number with `ps` (per second) or `pm` (minute)."
    )
    identifier: Ref[str] | None = child(
        default=None,
        doc="Each value of this variable has a rate of its own; without a value all calls share one.",
    )
    message_weight: Ref[str] | None = child(
        default=None, doc="The variable that says how many calls this one counts for; without a value 1."
    )
    use_effective_count: bool = child(
        default=False, doc="In a cluster, share the rate among the machines. Has no effect on one machine."
    )

    violation: ClassVar[FaultSpec] = fault(
        "policies.ratelimit.SpikeArrestViolation",
        429,
        "Spike arrest violation. Allowed rate : MessageRate{{messagesPerPeriod={calls}, "
        "periodInMicroseconds={period_us}, maxBurstMessageCount=1.0}}",
        "The call came sooner after the last one that passed than the rate allows. The status is 500 in an "
        "organization whose features.isHTTPStatusTooManyRequestEnabled is false.",
    )
    rate_not_resolved: ClassVar[FaultSpec] = fault(
        "policies.ratelimit.FailedToResolveSpikeArrestRate",
        500,
        "Failed to resolve Spike Arrest Rate reference {reference} in SpikeArrest policy {policy}",
        "The variable that Rate refers to has no value, and Rate holds no rate to fall back on.",
    )
    invalid_rate: ClassVar[FaultSpec] = fault(
        "policies.ratelimit.InvalidAllowedRate",
        500,
        "Invalid spike arrest rate {rate}.",
        "The variable that Rate refers to holds something else than a positive whole number with ps or pm.",
    )
    invalid_message_weight: ClassVar[FaultSpec] = INVALID_MESSAGE_WEIGHT

    variables = (
        VariableDoc("ratelimit.{policy}.failed", "boolean", "True when the policy refused the call."),
    )
    starter = """\
<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<SpikeArrest continueOnError="false" enabled="true" name="$NAME">
    <DisplayName>$DISPLAY_NAME</DisplayName>
    <Identifier ref="request.header.some-header-name"/>
    <MessageWeight ref="request.header.weight"/>
    <Rate>30ps</Rate>
</SpikeArrest>
"""

    def check(self, report: Report) -> None:
        if self.rate.value is not None and parse_rate(self.rate.value) is None:
            message = f"invalid spike arrest rate {self.rate.value!r}: write 30ps or 12pm, for example"
            report.error(message, self.rate.source, rule="InvalidAllowedRate")

    def compile(self, cx: Compiler) -> Execute:
        rate_of = self._rate(cx)
        weight_of = compile_weight(self.message_weight, cx)
        identifier_of = cx.ref_text(self.identifier or Ref())
        counters, clock = cx.ports.counters, cx.ports.clock
        place = cx.place
        scope = f"{place.organization}\0{place.environment}\0{cx.owner}\0{self.name}\0"
        status = 429 if cx.features.answers_too_many_requests else 500

        def execute(flow: FlowContext) -> None:
            rate = rate_of(flow)
            gap_us = rate.gap_us * weight_of(flow)
            if not counters.try_pass(scope + (identifier_of(flow) or ""), gap_us, clock.now_us()):
                raise self.violation(status=status, calls=rate.calls, period_us=rate.period_us)

        return execute

    def _rate(self, cx: Compiler) -> Callable[[FlowContext], Rate]:
        literal = parse_rate(self.rate.value or "")
        if self.rate.ref is None:
            fixed = literal or Rate(1, 1)  # check has refused a bundle without a rate
            return lambda _: fixed
        text_of = cx.ref_text(self.rate)

        def rate_of(flow: FlowContext) -> Rate:
            text = text_of(flow)
            if text is None:
                raise self.rate_not_resolved(reference=self.rate.ref, policy=self.name)
            rate = parse_rate(text)
            if rate is None:
                raise self.invalid_rate(rate=text)
            return rate

        return rate_of


def parse_rate(text: str) -> Rate | None:
    """`30ps` or `12pm`; None for anything else, and for a rate of 0."""
    found = _RATE.fullmatch(text.strip())
    if found is None or int(found[1]) == 0:
        return None
    return Rate(int(found[1]), _PERIODS_US[found[2].lower()])
