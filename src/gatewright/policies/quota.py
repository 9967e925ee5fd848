"""Quota: count calls per period and refuse those beyond the limit."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import ClassVar, Literal, TypeAlias, cast

from gatewright.bundle.diagnostics import Report
from gatewright.bundle.fields import Ignored, Node, Ref, attribute, child
from gatewright.engine.compiler import Compiler
from gatewright.engine.context import FlowContext
from gatewright.engine.faults import FaultSpec, fault
from gatewright.engine.flow import Execute
from gatewright.engine.ports import Count, Counters, Soon, Window
from gatewright.message import Value
from gatewright.policies.base import Policy, VariableDoc, policy
from gatewright.policies.rate_limit import period, terms
from gatewright.policies.rate_limit.limit import Allow
from gatewright.policies.rate_limit.terms import Terms, TermsOf, UseQuotaConfigInAPIProduct
from gatewright.policies.rate_limit.weight import INVALID_MESSAGE_WEIGHT, compile_weight
from gatewright.policies.soon import after

QuotaType: TypeAlias = Literal["default", "calendar", "rollingwindow", "flexi"]
Take: TypeAlias = Callable[[str, int, Terms, int], Soon[Count]]
"""Counts a call, given key, weight, terms and epoch milliseconds."""

_VERIFIERS = {"VerifyAPIKey": "verifyapikey.{step}.", "OAuthV2": ""}
"""The policies that recognise callers, and how the variables begin in which they put what they know."""


class AsynchronousConfiguration(Node):
    """How often machines of a cluster tell each other their counts. One machine always counts exactly."""

    sync_interval_in_seconds: int | None = child(default=None, doc="After so many seconds.")
    sync_message_count: int | None = child(default=None, doc="After so many calls.")


@policy(category="Traffic Management", display="Quota", prefix="ratelimit")
class Quota(Policy):
    """Limit how many calls a caller may make in a period.

    Each value of the identifier, and each class, has a count of its own; all steps that run the policy add to
    it, in every worker, and it outlives deployments. A call that does not fit into what is left is refused
    and not counted. Without a type, periods follow the clock in UTC: full minutes, full hours, midnights,
    Mondays, first days of months. With `calendar` they follow each other from the start time on, with `flexi`
    each begins with the first call in it, and with `rollingwindow` the limit holds for any span of that
    length. Months last 28 days, but for those that follow the clock.
    """

    quota_type: QuotaType | None = attribute(default=None, xml="type", doc="When periods begin and end.")
    allow: Allow | None = child(default=None, doc="The limit.")
    interval: Ref[str] = child(default=Ref(), doc="How many time units one period lasts.")
    time_unit: Ref[str] = child(default=Ref(), doc="second, minute, hour, day, week or month.")
    start_time: str | None = child(
        default=None, doc="When the first period begins, for type calendar: `yyyy-MM-dd HH:mm:ss` in UTC."
    )
    identifier: Ref[str] | None = child(
        default=None,
        doc="Each value of this variable has a count of its own; without a value `_default` has.",
    )
    message_weight: Ref[str] | None = child(
        default=None, doc="The variable that says how many calls this one counts for; without a value 1."
    )
    use_quota_config_in_api_product: UseQuotaConfigInAPIProduct | None = child(
        default=None, xml="UseQuotaConfigInAPIProduct", doc="Take limit and period from the API product."
    )
    shared_name: str | None = child(
        default=None, doc="Quota policies of the proxy with the same shared name add to the same count."
    )
    count_only: bool = child(default=False, doc="Count calls, but refuse none.")
    enforce_only: bool = child(default=False, doc="Refuse calls when the limit is reached, but count none.")
    distributed: bool = child(default=False, doc="Count across the machines of a cluster.")
    synchronous: bool = child(default=False, doc="In a cluster, count before the call goes on.")
    asynchronous_configuration: AsynchronousConfiguration | None = child(
        default=None, doc="In a cluster, how often machines tell each other their counts."
    )

    ignores = (
        Ignored("PreciseAtSecondsLevel", "periods are always precise", frozenset({"true", "false"})),
        Ignored("DataStoreFailureModeOpen", "counting does not depend on the store", frozenset({"false"})),
        Ignored("Alert", "nobody is alerted"),
    )

    violation: ClassVar[FaultSpec] = fault(
        "policies.ratelimit.QuotaViolation",
        429,
        # Two spaces: clients compare with Edge's text, in which a word is missing.
        "Rate limit quota violation. Quota limit  exceeded. Identifier : {identifier}",
        "The calls of this period have used up the limit. The status is 500 in an organization whose "
        "features.isHTTPStatusTooManyRequestEnabled is false.",
    )
    interval_not_resolved: ClassVar[FaultSpec] = terms.INTERVAL_NOT_RESOLVED
    time_unit_not_resolved: ClassVar[FaultSpec] = terms.TIME_UNIT_NOT_RESOLVED
    invalid_message_weight: ClassVar[FaultSpec] = INVALID_MESSAGE_WEIGHT

    variables = (
        VariableDoc("ratelimit.{policy}.allowed.count", "integer", "The limit."),
        VariableDoc("ratelimit.{policy}.used.count", "integer", "What is used of it in this period."),
        VariableDoc("ratelimit.{policy}.available.count", "integer", "What is left of it in this period."),
        VariableDoc("ratelimit.{policy}.exceed.count", "integer", "1 when this call was refused, else 0."),
        VariableDoc(
            "ratelimit.{policy}.total.exceed.count", "integer", "1 when this call was refused, else 0."
        ),
        VariableDoc(
            "ratelimit.{policy}.expiry.time", "integer", "When the period ends, in epoch milliseconds."
        ),
        VariableDoc("ratelimit.{policy}.identifier", "string", "Whose count it is; `_default` for nobody's."),
        VariableDoc("ratelimit.{policy}.class", "string", "The caller's class, where its limit holds."),
        VariableDoc("ratelimit.{policy}.class.allowed.count", "integer", "The class's limit."),
        VariableDoc("ratelimit.{policy}.class.used.count", "integer", "What the class has used of it."),
        VariableDoc("ratelimit.{policy}.class.available.count", "integer", "What the class has left of it."),
        VariableDoc("ratelimit.{policy}.class.exceed.count", "integer", "Calls refused in this period."),
        VariableDoc(
            "ratelimit.{policy}.class.total.exceed.count", "integer", "Calls refused in all periods."
        ),
        VariableDoc("ratelimit.{policy}.failed", "boolean", "True when the policy refused the call."),
    )
    starter = """\
<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Quota continueOnError="false" enabled="true" name="$NAME">
    <DisplayName>$DISPLAY_NAME</DisplayName>
    <Allow count="2000" countRef="request.header.allowed_quota"/>
    <Interval ref="request.header.quota_count">1</Interval>
    <TimeUnit ref="request.header.quota_timeout">month</TimeUnit>
    <Distributed>true</Distributed>
    <Synchronous>true</Synchronous>
</Quota>
"""

    def check(self, report: Report) -> None:
        if self.allow is None and self.use_quota_config_in_api_product is None and not self.count_only:
            report.error("there is no limit: give <Allow count=…>", self.source, rule="missing-value")
        if self.interval.value is not None and terms.read_interval(self.interval.value) is None:
            numbers = f"a whole number from 1 to {period.LONGEST_INTERVAL}"
            message = f"invalid interval {self.interval.value!r}: {numbers}"
            report.error(message, self.interval.source, rule="InvalidQuotaInterval")
        self._check_time_unit(report)
        self._check_start_time(report)
        self._check_synchronization(report)

    def _check_time_unit(self, report: Report) -> None:
        if self.time_unit.value is None:
            return
        unit = terms.read_time_unit(self.time_unit.value)
        if unit is None:
            message = f"invalid time unit {self.time_unit.value!r}: one of {', '.join(period.UNIT_MS)}"
            report.error(message, self.time_unit.source, rule="InvalidQuotaTimeUnit")
        elif unit == "second" and self.distributed:
            message = "a distributed quota cannot count in seconds"
            report.error(message, self.time_unit.source, rule="InvalidTimeUnitForDistributedQuota")

    def _check_start_time(self, report: Report) -> None:
        if self.start_time is None:
            return
        if self.quota_type not in (None, "calendar"):
            # Edge refuses it; later generations deploy it, and public bundles hold it.
            message = f"<StartTime> has no effect: it is for type calendar, not {self.quota_type}"
            report.warning(message, self.source, rule="StartTimeNotSupported")
        if period.parse_start_time(self.start_time) is None:
            message = f"invalid start time {self.start_time!r}: write yyyy-MM-dd HH:mm:ss"
            report.error(message, self.source, rule="InvalidStartTime")

    def _check_synchronization(self, report: Report) -> None:
        settings = self.asynchronous_configuration
        if settings is None:
            return
        if self.synchronous:
            # Edge refuses it; later generations deploy it.
            message = "<AsynchronousConfiguration> has no effect in a synchronous quota"
            rule = "InvalidAsynchronizeConfigurationForSynchronousQuota"
            report.warning(message, settings.source, rule=rule)
        if (settings.sync_interval_in_seconds or 0) < 0:
            message = "<SyncIntervalInSeconds> must not be negative"
            report.error(message, settings.source, rule="InvalidSynchronizeIntervalForAsyncConfiguration")

    def compile(self, cx: Compiler) -> Execute:
        terms_of = self._terms(cx)
        weight_of = compile_weight(self.message_weight, cx)
        identifier_of = cx.ref_text(self.identifier or Ref())
        take = self._take(cx.ports.counters)
        settle = self._settle(429 if cx.features.answers_too_many_requests else 500)
        clock = cx.ports.clock
        scope = self._scope(cx)

        def execute(flow: FlowContext) -> Awaitable[None] | None:
            held = terms_of(flow)
            if held is None:
                return None
            identifier = identifier_of(flow) or "_default"
            key = f"{scope}{held.caller_class}\0{identifier}"
            counted = take(key, weight_of(flow), held, clock.now_ms())
            if isinstance(counted, Count):
                settle(flow, held, identifier, counted)
                return None
            return after(cast(Soon[Count], counted), lambda count: settle(flow, held, identifier, count))

        return execute

    def _scope(self, cx: Compiler) -> str:
        """What sets the counts apart from all others; a new revision goes on where the last one left."""
        place = cx.place
        if self.shared_name is None:
            owner, name = cx.owner, f"policy\0{self.name}"
        else:
            owner, name = place.proxy, f"shared\0{self.shared_name}"
        return f"{place.organization}\0{place.environment}\0{owner}\0{name}\0"

    def _terms(self, cx: Compiler) -> TermsOf:
        product = self.use_quota_config_in_api_product
        if product is None:
            return self._own_terms(cx)
        if product.default_config is None:
            otherwise = _no_terms if self.allow is None else self._own_terms(cx)
        else:
            otherwise = terms.compile_default_terms(product.default_config, cx)
        return terms.compile_product_terms(self._product_prefix(product, cx), otherwise, cx)

    def _own_terms(self, cx: Compiler) -> TermsOf:
        return terms.compile_terms(self.allow or Allow(), self.interval, self.time_unit, cx)

    def _product_prefix(self, product: UseQuotaConfigInAPIProduct, cx: Compiler) -> str:
        """How the variables begin that hold the product's quota, set where the caller was recognised."""
        step = product.step_name
        verifier = cx.policy_named(step)
        root = verifier.type.root if isinstance(verifier, Policy) else ""
        if root not in _VERIFIERS:
            message = f"stepName {step!r} is no VerifyAPIKey or OAuthV2 policy of this bundle"
            cx.problem(message, product.source, rule="unknown-policy")
        return _VERIFIERS.get(root, "").format(step=step) + "apiproduct.developer.quota."

    def _take(self, counters: Counters) -> Take:
        count_only, enforce_only = self.count_only, self.enforce_only
        if self.quota_type == "rollingwindow":

            def take_rolling(key: str, weight: int, allowed: Terms, now_ms: int) -> Soon[Count]:
                limit = None if count_only else allowed.limit
                length_ms = period.length_ms(allowed.unit, allowed.interval)
                return counters.take_rolling(key, 0 if enforce_only else weight, limit, length_ms, now_ms)

            return take_rolling
        window_of = self._windows()

        def take(key: str, weight: int, allowed: Terms, now_ms: int) -> Soon[Count]:
            limit = None if count_only else allowed.limit
            window = window_of(allowed.unit, allowed.interval, now_ms)
            return counters.take(key, 0 if enforce_only else weight, limit, window, now_ms)

        return take

    def _windows(self) -> period.WindowOf:
        """The period that a call is counted in."""
        if self.quota_type == "flexi":
            return lambda unit, interval, _: Window(None, period.length_ms(unit, interval))
        start_ms = None if self.start_time is None else period.parse_start_time(self.start_time)
        if start_ms is None:
            return period.remembering(period.clock_window)
        return period.remembering(partial(period.started_window, start_ms))

    def _settle(self, status: int) -> Callable[[FlowContext, Terms, str, Count], None]:
        prefix = f"ratelimit.{self.name}."
        names = ("allowed.count", "used.count", "available.count", "exceed.count", "total.exceed.count")
        allowed, used_count, available, exceed, total_exceed = (prefix + name for name in names)
        expiry, identified = prefix + "expiry.time", prefix + "identifier"
        enforce_only = self.enforce_only

        def settle(flow: FlowContext, held: Terms, identifier: str, count: Count) -> None:
            passed, used, _, _, expires_at_ms = count
            limit = held.limit
            is_refused = not passed or (enforce_only and used >= limit)
            variables = flow.variables
            variables[allowed] = limit
            variables[used_count] = used
            variables[available] = limit - used if used < limit else 0
            variables[exceed] = variables[total_exceed] = 1 if is_refused else 0
            variables[expiry] = expires_at_ms
            variables[identified] = identifier
            if held.caller_class:
                _tell_of_class(variables, f"{prefix}class", held, count)
            if is_refused:
                raise self.violation(status=status, identifier=identifier)

        return settle


def _no_terms(_: FlowContext) -> None:
    return None


def _tell_of_class(variables: dict[str, Value], prefix: str, held: Terms, count: Count) -> None:
    variables[prefix] = held.caller_class
    variables[f"{prefix}.allowed.count"] = held.limit
    variables[f"{prefix}.used.count"] = count.used
    variables[f"{prefix}.available.count"] = max(held.limit - count.used, 0)
    variables[f"{prefix}.exceed.count"] = count.refused
    variables[f"{prefix}.total.exceed.count"] = count.total_refused
