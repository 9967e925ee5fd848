"""Quota as docs.apigee.com describes it (api-platform/reference/policies/quota-policy)."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.policies.support import Outcome, compile_step, findings, request, run, run_step
from tests.support.ports import FixedClock, MapClients, make_ports
from tests.support.records import KEY, client, product

from gatewright.bundle.values import Ref
from gatewright.engine.compiler import Compiler, OrganizationFeatures
from gatewright.engine.context import Place
from gatewright.engine.flow import Execute
from gatewright.engine.ports import Count, Ports, Window
from gatewright.message import Value
from gatewright.policies.base import Policy, policy
from gatewright.policies.quota import Quota
from gatewright.policies.verify_api_key import VerifyAPIKey
from gatewright.services.memory.counters import MemoryCounters

MINUTE = "<Interval>1</Interval><TimeUnit>minute</TimeUnit>"
ONE = f'<Allow count="1"/>{MINUTE}'
MINUTE_MS = 60_000
DISTRIBUTED = "<Distributed>true</Distributed>"


@policy(category="Security", display="OAuth v2.0", prefix="oauthV2")
class OAuthV2(Policy):
    """Stands for the policy that recognised the caller."""

    def compile(self, cx: Compiler) -> Execute:
        raise NotImplementedError


VERIFY = '<VerifyAPIKey name="Key"><APIKey ref="request.queryparam.apikey"/></VerifyAPIKey>'
KEY_POLICY = VerifyAPIKey(name="Key", api_key=Ref(ref="request.queryparam.apikey"))


@pytest.fixture
def clock() -> FixedClock:
    """At the beginning of a minute."""
    return FixedClock(1_416_157_620_000)


@pytest.fixture
def ports(tmp_path: Path, clock: FixedClock) -> Iterator[Ports]:
    counters = MemoryCounters.open(tmp_path, slots=64)
    yield make_ports(clock=clock, counters=counters)
    counters.close()


def xml(rest: str = ONE, attributes: str = "") -> str:
    return f'<Quota name="Q"{attributes}>{rest}</Quota>'


def asynchronous(setting: str) -> str:
    return f"<AsynchronousConfiguration>{setting}</AsynchronousConfiguration>"


def call(text: str, ports: Ports, variables: dict[str, str] | None = None) -> Outcome:
    step = compile_step(Quota, text, ports, others=(KEY_POLICY, OAuthV2(name="Token")))
    return asyncio.run(run_step(step, request(variables=variables, ports=ports)))


def told(outcome: Outcome) -> dict[str, Value]:
    """The policy's variables, without `ratelimit.Q.`."""
    return {
        name.removeprefix("ratelimit.Q."): value
        for name, value in outcome.flow.variables.items()
        if name.startswith("ratelimit.Q.")
    }


def passed(outcomes: list[Outcome]) -> list[bool]:
    return [outcome.fault is None for outcome in outcomes]


def test_a_call_beyond_the_limit_gets_edges_fault_with_its_two_spaces(ports: Ports) -> None:
    assert call(xml(), ports).fault is None
    refused = call(xml(), ports)
    assert refused.answer.status == 429
    assert json.loads(refused.answer.content) == {
        "fault": {
            "faultstring": "Rate limit quota violation. Quota limit  exceeded. Identifier : _default",
            "detail": {"errorcode": "policies.ratelimit.QuotaViolation"},
        }
    }
    assert told(refused)["failed"] is True


def test_the_organization_may_want_500(ports: Ports) -> None:
    features = OrganizationFeatures(answers_too_many_requests=False)
    run(Quota, xml(), ports=ports, features=features)
    assert run(Quota, xml(), ports=ports, features=features).answer.status == 500


def test_each_identifier_has_a_count_of_its_own_and_is_named_in_the_fault(ports: Ports) -> None:
    text = xml(f'{ONE}<Identifier ref="who"/>')
    assert passed([call(text, ports, {"who": who}) for who in ("a", "b", "a")]) == [True, True, False]
    refused = call(text, ports, {"who": "b"})
    assert refused.fault is not None
    assert refused.fault.message.endswith("Identifier : b")
    assert told(call(text, ports))["identifier"] == "_default"


def test_variables_tell_limit_use_rest_and_end(ports: Ports, clock: FixedClock) -> None:
    text = xml(f'<Allow count="2"/>{MINUTE}')
    clock.advance(10)
    end = clock.ms - 10 + MINUTE_MS
    common = {"allowed.count": 2, "expiry.time": end, "identifier": "_default"}
    fine = {"exceed.count": 0, "total.exceed.count": 0, **common}
    assert told(call(text, ports)) == {"used.count": 1, "available.count": 1, **fine}
    assert told(call(text, ports)) == {"used.count": 2, "available.count": 0, **fine}
    assert told(call(text, ports)) == {
        "used.count": 2,
        "available.count": 0,
        "exceed.count": 1,
        "total.exceed.count": 1,
        "failed": True,
        **common,
    }


@pytest.mark.parametrize(
    ("attributes", "rest", "times_s", "expected"),
    [
        # Clock-aligned unless a type says otherwise: reset at the next full minute.
        ("", ONE, [30, 59, 60], [True, False, True]),
        (' type="default"', ONE, [30, 59, 60], [True, False, True]),
        (' type="calendar"', ONE, [30, 59, 60], [True, False, True]),
        # From the start time on: resets at 15 s past each minute.
        (
            ' type="calendar"',
            f"{ONE}<StartTime>2013-01-01 00:00:15</StartTime>",
            [0, 14, 15, 74, 75],
            [True, False, True, False, True],
        ),
        ("", f"{ONE}<StartTime>2013-1-1 0:00:15</StartTime>", [14, 15, 16], [True, True, False]),
        # A minute after the first call.
        (' type="flexi"', ONE, [30, 89, 90, 149, 150], [True, False, True, False, True]),
        # Any span of a minute.
        (
            ' type="rollingwindow"',
            f'<Allow count="2"/>{MINUTE}',
            [0, 50, 58, 63, 64, 115],
            [True, True, False, True, False, True],
        ),
    ],
)
def test_periods_begin_and_end_as_the_type_says(
    attributes: str,
    rest: str,
    times_s: list[int],
    expected: list[bool],
    ports: Ports,
    clock: FixedClock,
) -> None:
    begin, outcomes = clock.ms, []
    for time in times_s:
        clock.ms = begin + time * 1_000
        outcomes.append(call(xml(rest, attributes), ports))
    assert passed(outcomes) == expected


def test_references_win_over_literals_and_literals_stand_in_for_them(ports: Ports) -> None:
    text = xml(
        '<Allow count="1" countRef="limit"/><Interval ref="interval">1</Interval>'
        '<TimeUnit ref="unit">minute</TimeUnit>'
    )
    assert told(call(text, ports))["allowed.count"] == 1
    from_variables = told(call(text, ports, {"limit": "7", "interval": "2", "unit": "HOUR"}))
    assert (from_variables["allowed.count"], from_variables["used.count"]) == (7, 1)


@pytest.mark.parametrize("limit", ["many", "-1", "1.5"])
def test_a_limit_that_is_no_number_gives_way_to_the_literal(limit: str, ports: Ports) -> None:
    text = xml(f'<Allow count="3" countRef="limit"/>{MINUTE}')
    assert told(call(text, ports, {"limit": limit}))["allowed.count"] == 3


def test_no_limit_to_be_found_lets_nobody_pass(ports: Ports) -> None:
    assert call(xml(f'<Allow countRef="limit"/>{MINUTE}'), ports).fault is not None


@pytest.mark.parametrize(
    ("rest", "name", "message"),
    [
        (
            '<Interval ref="x"/><TimeUnit>minute</TimeUnit>',
            "FailedToResolveQuotaIntervalReference",
            "Failed to resolve quota interval reference x in quota policy {1}",
        ),
        (
            '<Interval>1</Interval><TimeUnit ref="developer.quota.timeunity"/>',
            "FailedToResolveQuotaIntervalTimeUnitReference",
            "Failed to resolve quota time unit reference developer.quota.timeunity in quota policy {1}",
        ),
        (
            "<TimeUnit>minute</TimeUnit>",
            "FailedToResolveQuotaIntervalReference",
            "Failed to resolve quota interval reference null in quota policy {1}",
        ),
    ],
)
def test_an_unknown_period_faults(rest: str, name: str, message: str, ports: Ports) -> None:
    outcome = call(xml(f'<Allow count="1"/>{rest}'), ports)
    assert outcome.fault is not None
    assert (outcome.fault.code, outcome.fault.status) == (f"policies.ratelimit.{name}", 500)
    assert outcome.fault.message == message


def test_weight_counts_a_call_several_times_and_refuses_what_does_not_fit(ports: Ports) -> None:
    text = xml(f'<Allow count="5"/>{MINUTE}<MessageWeight ref="weight"/>')
    weights = ["3", "3", "2", "0", "1"]
    outcomes = [call(text, ports, {"weight": weight}) for weight in weights]
    assert passed(outcomes) == [True, False, True, True, False]
    assert [told(outcome)["used.count"] for outcome in outcomes] == [3, 3, 5, 5, 5]


def test_a_weight_that_is_no_whole_number_faults(ports: Ports) -> None:
    outcome = call(xml(f'{ONE}<MessageWeight ref="weight"/>'), ports, {"weight": "1.5"})
    assert outcome.fault is not None
    assert outcome.fault.code == "policies.ratelimit.InvalidMessageWeight"
    assert outcome.fault.message == "Invalid message weight value 1.5"


def test_classes_have_limits_and_counts_of_their_own(ports: Ports) -> None:
    text = xml(
        '<Allow count="1"><Class ref="tier"><Allow class="gold" count="2"/>'
        f'<Allow class="silver" countRef="silver"/></Class></Allow>{MINUTE}'
    )
    gold = [call(text, ports, {"tier": "gold"}) for _ in range(3)]
    assert passed(gold) == [True, True, False]
    assert told(gold[2])["class"] == "gold"
    assert [told(gold[2])[f"class.{name}.count"] for name in ("allowed", "used", "available")] == [2, 2, 0]
    assert [told(gold[2])[f"class.{name}.count"] for name in ("exceed", "total.exceed")] == [1, 1]
    assert told(call(text, ports, {"tier": "silver", "silver": "9"}))["class.allowed.count"] == 9
    assert passed([call(text, ports, {"tier": "lead"}), call(text, ports)]) == [True, False]


@pytest.mark.parametrize(
    ("step", "prefix"),
    [("Key", "verifyapikey.Key.apiproduct.developer.quota."), ("Token", "apiproduct.developer.quota.")],
)
def test_the_api_product_may_give_the_terms(step: str, prefix: str, ports: Ports) -> None:
    text = xml(
        f'<UseQuotaConfigInAPIProduct stepName="{step}"><DefaultConfig><Allow>3</Allow>'
        "<Interval>1</Interval><TimeUnit>hour</TimeUnit></DefaultConfig></UseQuotaConfigInAPIProduct>"
    )
    product = {f"{prefix}limit": "10", f"{prefix}interval": "1", f"{prefix}timeunit": "minute"}
    assert told(call(text, ports, product))["allowed.count"] == 10
    assert told(call(text, ports))["allowed.count"] == 3


@pytest.mark.parametrize(
    "terms",
    [
        # apigee/api-platform-samples, sample-proxies/apikey: by references.
        (
            '<Interval ref="verifyapikey.Key.apiproduct.developer.quota.interval">1</Interval>'
            '<TimeUnit ref="verifyapikey.Key.apiproduct.developer.quota.timeunit">minute</TimeUnit>'
            '<Allow countRef="verifyapikey.Key.apiproduct.developer.quota.limit">5</Allow>'
        ),
        # GoogleCloudPlatform/apigee-samples, basic-quota.
        '<UseQuotaConfigInAPIProduct stepName="Key"/>',
    ],
)
def test_a_key_may_call_as_often_as_its_product_says(terms: str, ports: Ports, clock: FixedClock) -> None:
    clients = MapClients()
    clients.add(client(product(quota="1", quota_interval="1", quota_time_unit="minute")))
    ports = make_ports(clock=clock, counters=ports.counters, clients=clients)
    verify = compile_step(VerifyAPIKey, VERIFY, ports)
    text = xml(f'{terms}<Identifier ref="request.queryparam.apikey"/>')
    quota = compile_step(Quota, text, ports, others=(KEY_POLICY,))
    outcomes = []
    for _ in range(2):
        verified = asyncio.run(run_step(verify, request(path=f"/json?apikey={KEY}", ports=ports)))
        outcomes.append(asyncio.run(run_step(quota, verified.flow)))
    assert passed(outcomes) == [True, False]
    assert json.loads(outcomes[1].answer.content)["fault"]["faultstring"] == (
        f"Rate limit quota violation. Quota limit  exceeded. Identifier : {KEY}"
    )


def test_a_product_without_a_quota_and_no_default_leave_the_policys_own_terms(ports: Ports) -> None:
    use = '<UseQuotaConfigInAPIProduct stepName="Key"/>'
    assert told(call(xml(use + ONE), ports))["allowed.count"] == 1
    unlimited = call(xml(use), ports)
    assert (unlimited.fault, told(unlimited)) == (None, {})


def test_count_only_refuses_nobody_and_enforce_only_counts_nobody(ports: Ports) -> None:
    shared = "<SharedName>tokens</SharedName>"
    count = f'{ONE}{shared}<CountOnly>true</CountOnly><MessageWeight ref="weight"/>'
    enforce = f"{ONE}{shared}<EnforceOnly>true</EnforceOnly>"
    assert passed([call(xml(enforce), ports) for _ in range(2)]) == [True, True]
    assert passed([call(xml(count), ports, {"weight": "5"}) for _ in range(2)]) == [True, True]
    refused = call(xml(enforce), ports)
    assert refused.fault is not None
    assert told(refused)["used.count"] == 10


def test_counts_belong_to_the_proxy_and_outlive_its_revisions(ports: Ports) -> None:
    def call_in(place: Place) -> bool:
        return run(Quota, xml(), ports=ports, place=place).fault is None

    assert call_in(Place("myorg", "test", "weatherapi", "1"))
    assert not call_in(Place("myorg", "test", "weatherapi", "2"))
    assert call_in(Place("myorg", "test", "other", "1"))
    assert call_in(Place("myorg", "prod", "weatherapi", "1"))


def test_an_identifier_cannot_pass_for_another_class_or_policy(ports: Ports) -> None:
    text = xml(f'{ONE}<Identifier ref="who"/>')
    assert call(text, ports, {"who": "x"}).fault is None
    assert call(text, ports, {"who": "\0x"}).fault is None


class SlowCounters:
    """Counters across a network: every answer has to be awaited."""

    async def take(self, key: str, weight: int, limit: int | None, window: Window, now_ms: int) -> Count:
        await asyncio.sleep(0)
        return Count(False, 1, 1, 1, now_ms)

    async def take_rolling(
        self, key: str, weight: int, limit: int | None, length_ms: int, now_ms: int
    ) -> Count:
        raise NotImplementedError

    def try_pass(self, key: str, gap_us: int, now_us: int) -> bool:
        raise NotImplementedError


def test_counters_that_must_be_awaited_are() -> None:
    outcome = run(Quota, xml(), ports=make_ports(counters=SlowCounters()))
    assert outcome.waits == 1
    assert outcome.fault is not None
    assert outcome.fault.name == "QuotaViolation"


@pytest.mark.parametrize(
    ("attributes", "rest", "rule"),
    [
        ("", '<Allow count="3"/><Interval>0.1</Interval><TimeUnit>minute</TimeUnit>', "InvalidQuotaInterval"),
        ("", '<Allow count="3"/><Interval>0</Interval><TimeUnit>minute</TimeUnit>', "InvalidQuotaInterval"),
        ("", '<Allow count="3"/><Interval>1</Interval><TimeUnit>year</TimeUnit>', "InvalidQuotaTimeUnit"),
        (' type="calendar"', f"{ONE}<StartTime>7-16-2017 12:00:00</StartTime>", "InvalidStartTime"),
        (' type="calendar"', f"{ONE}<StartTime>2017-02-30 12:00:00</StartTime>", "InvalidStartTime"),
        (
            "",
            '<Allow count="3"/><Interval>1</Interval><TimeUnit>second</TimeUnit>' + DISTRIBUTED,
            "InvalidTimeUnitForDistributedQuota",
        ),
        (
            "",
            ONE + asynchronous("<SyncIntervalInSeconds>-1</SyncIntervalInSeconds>"),
            "InvalidSynchronizeIntervalForAsyncConfiguration",
        ),
        ("", MINUTE, "missing-value"),
        ("", '<UseQuotaConfigInAPIProduct stepName="Nobody"/>', "unknown-policy"),
    ],
)
def test_what_edge_refuses_to_deploy_is_refused(attributes: str, rest: str, rule: str) -> None:
    found = findings(Quota, xml(rest, attributes))
    assert [each.rule for each in found if each.severity == "error"] == [rule]


@pytest.mark.parametrize(
    ("attributes", "rest", "rule"),
    [
        (' type="flexi"', f"{ONE}<StartTime>2017-7-16 12:00:00</StartTime>", "StartTimeNotSupported"),
        (' type="rollingwindow"', f"{ONE}<StartTime>2017-7-16 12:00:00</StartTime>", "StartTimeNotSupported"),
        (
            "",
            f"{ONE}<Synchronous>true</Synchronous>" + asynchronous("<SyncMessageCount>5</SyncMessageCount>"),
            "InvalidAsynchronizeConfigurationForSynchronousQuota",
        ),
    ],
)
def test_what_only_edge_refuses_is_a_warning(attributes: str, rest: str, rule: str) -> None:
    """apigee/devrel's references/product-recommendations deploys a flexi quota with a start time."""
    assert [(each.severity, each.rule) for each in findings(Quota, xml(rest, attributes))] == [
        ("warning", rule)
    ]


def test_an_unknown_type_is_refused() -> None:
    (found,) = findings(Quota, xml(ONE, ' type="window"'))
    assert "window" in found.message


def test_what_public_bundles_hold_besides_is_no_finding() -> None:
    rest = (
        "<DisplayName>Q</DisplayName><FaultRules/><Properties/><Distributed>true</Distributed>"
        "<Synchronous>true</Synchronous><PreciseAtSecondsLevel>false</PreciseAtSecondsLevel>"
        "<DataStoreFailureModeOpen>false</DataStoreFailureModeOpen>"
    )
    assert findings(Quota, xml(ONE + rest)) == []


def test_the_new_policy_dialogs_xml_can_be_deployed() -> None:
    assert findings(Quota, Quota.new_xml("Quota-1", "Quota 1")) == []
