"""What a quota allows one call: the limit and the period, from the policy or from the API product."""

from collections.abc import Callable
from typing import Final, NamedTuple, TypeAlias

from gatewright.bundle.fields import Node, Ref, attribute, child, text
from gatewright.engine.compiler import Compiler
from gatewright.engine.context import FlowContext
from gatewright.engine.faults import fault
from gatewright.policies.rate_limit.limit import Allow, compile_limit, constant_limit, whole_number
from gatewright.policies.rate_limit.period import LONGEST_INTERVAL, UNIT_MS, TimeUnit

INTERVAL_NOT_RESOLVED: Final = fault(
    "policies.ratelimit.FailedToResolveQuotaIntervalReference",
    500,
    "Failed to resolve quota interval reference {reference} in quota policy {{1}}",  # Edge prints the {1}
    "Interval gives no number: its variable has no value or is none, and there is no text to fall back on.",
)
TIME_UNIT_NOT_RESOLVED: Final = fault(
    "policies.ratelimit.FailedToResolveQuotaIntervalTimeUnitReference",
    500,
    "Failed to resolve quota time unit reference {reference} in quota policy {{1}}",
    "TimeUnit gives no unit: its variable has no value or is none, and there is no text to fall back on.",
)


class DefaultAllow(Node, xml="Allow"):
    """How many calls a period allows."""

    number: int | None = text(default=None, doc="How many calls one period allows.")
    count: int | None = attribute(default=None, doc="The same, as an attribute.")


class DefaultConfig(Node):
    """What holds for API products without a quota of their own."""

    allow: DefaultAllow = child(doc="The limit.")
    interval: Ref[str] = child(default=Ref(), doc="How many time units one period lasts.")
    time_unit: Ref[str] = child(default=Ref(), doc="The time unit.")


class UseQuotaConfigInAPIProduct(Node):
    """Take limit and period from the API product that the caller was recognised for."""

    step_name: str = attribute(doc="The VerifyAPIKey or OAuthV2 policy that recognised the caller.")
    default_config: DefaultConfig | None = child(
        default=None, doc="What holds for API products without a quota of their own."
    )


class Terms(NamedTuple):
    """What holds for one call. `caller_class` is "" for callers of no listed class."""

    limit: int
    interval: int
    unit: TimeUnit
    caller_class: str = ""


TermsOf: TypeAlias = Callable[[FlowContext], Terms | None]
"""The terms of a call; None when there is no limit for it."""


def compile_terms(allow: Allow, interval: Ref[str], time_unit: Ref[str], cx: Compiler) -> TermsOf:
    """Terms from literals and variables. The function raises a fault when interval or unit are not known."""
    constant = _constant_terms(allow, interval, time_unit)
    if constant is not None:
        return lambda _: constant
    limit_of = compile_limit(allow, cx)
    interval_of = cx.ref_text(interval)
    unit_of = cx.ref_text(time_unit)

    def terms_of(flow: FlowContext) -> Terms:
        limit = limit_of(flow)
        number = read_interval(interval_of(flow) or "")
        if number is None:
            raise INTERVAL_NOT_RESOLVED(reference=interval.ref or "null")
        unit = read_time_unit(unit_of(flow) or "")
        if unit is None:
            raise TIME_UNIT_NOT_RESOLVED(reference=time_unit.ref or "null")
        return Terms(limit.calls, number, unit, limit.caller_class)

    return terms_of


def _constant_terms(allow: Allow, interval: Ref[str], time_unit: Ref[str]) -> Terms | None:
    """Terms that are the same for every call; None when a variable has a say in them."""
    limit = constant_limit(allow)
    number = read_interval(interval.value or "")
    unit = read_time_unit(time_unit.value or "")
    if limit is None or interval.ref or time_unit.ref or number is None or unit is None:
        return None
    return Terms(limit.calls, number, unit)


def compile_product_terms(prefix: str, otherwise: TermsOf, cx: Compiler) -> TermsOf:
    """Terms of the API product whose quota is in the variables of that prefix, where it has one."""
    limit_of = cx.text(f"{prefix}limit")
    interval_of = cx.text(f"{prefix}interval")
    unit_of = cx.text(f"{prefix}timeunit")

    def terms_of(flow: FlowContext) -> Terms | None:
        limit = whole_number(limit_of(flow) or "")
        interval = read_interval(interval_of(flow) or "1")
        unit = read_time_unit(unit_of(flow) or "")
        if limit is None or interval is None or unit is None:
            return otherwise(flow)
        return Terms(limit, interval, unit)

    return terms_of


def compile_default_terms(config: DefaultConfig, cx: Compiler) -> TermsOf:
    allow = config.allow
    count = allow.count if allow.number is None else allow.number
    return compile_terms(Allow(count=count), config.interval, config.time_unit, cx)


def read_interval(text: str) -> int | None:
    """A number of time units that a period can last; None for anything else."""
    number = whole_number(text)
    return number if number is not None and 1 <= number <= LONGEST_INTERVAL else None


def read_time_unit(text: str) -> TimeUnit | None:
    """The time unit of that name in any case; None for anything else."""
    name = text.strip().lower()
    return next((unit for unit in UNIT_MS if unit == name), None)
