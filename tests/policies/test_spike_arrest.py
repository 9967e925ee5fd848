"""SpikeArrest as docs.apigee.com describes it (api-platform/reference/policies/spike-arrest-policy)."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.policies.support import Outcome, compile_step, findings, request, run, run_step
from tests.support.ports import FixedClock, make_ports

from gatewright.engine.compiler import OrganizationFeatures
from gatewright.engine.context import Place
from gatewright.engine.ports import Ports
from gatewright.policies.spike_arrest import Rate, SpikeArrest, parse_rate
from gatewright.samples import bundles
from gatewright.services.memory.counters import MemoryCounters

SAMPLE = bundles()["weatherapi"]["apiproxy/policies/SpikeArrest-11091419259467690.xml"].decode()
VIOLATION = (
    "Spike arrest violation. Allowed rate : MessageRate{messagesPerPeriod=10, "
    "periodInMicroseconds=1000000, maxBurstMessageCount=1.0}"
)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def ports(tmp_path: Path, clock: FixedClock) -> Iterator[Ports]:
    counters = MemoryCounters.open(tmp_path, slots=64)
    yield make_ports(clock=clock, counters=counters)
    counters.close()


def xml(rate: str = "<Rate>10ps</Rate>", rest: str = "") -> str:
    return f'<SpikeArrest name="Spike">{rate}{rest}</SpikeArrest>'


def calls(
    text: str, times_ms: list[int], ports: Ports, clock: FixedClock, **headers: str
) -> list[tuple[bool, Outcome]]:
    """Run the policy at those times; say of each call whether it passed."""
    step = compile_step(SpikeArrest, text, ports)
    outcomes = []
    begin = clock.ms
    for time in times_ms:
        clock.ms = begin + time
        outcome = asyncio.run(run_step(step, request(headers=headers, ports=ports)))
        outcomes.append((outcome.fault is None, outcome))
    clock.ms = begin
    return outcomes


@pytest.mark.parametrize(
    ("rate", "times_ms", "passed"),
    [
        ("10ps", [0, 50, 99, 100, 150, 200], [True, False, False, True, False, True]),
        ("30ps", [0, 33, 34], [True, False, True]),
        ("6pm", [0, 9_999, 10_000], [True, False, True]),
        ("1pm", [0, 30_000, 60_000], [True, False, True]),
        ("5000ps", [0, 1, 2], [True, True, True]),
    ],
)
def test_calls_pass_one_gap_after_another(
    rate: str, times_ms: list[int], passed: list[bool], ports: Ports, clock: FixedClock
) -> None:
    assert [ok for ok, _ in calls(xml(f"<Rate>{rate}</Rate>"), times_ms, ports, clock)] == passed


def test_a_refused_call_gets_edges_fault(ports: Ports, clock: FixedClock) -> None:
    (_, first), (_, second) = calls(SAMPLE, [0, 1], ports, clock)
    assert first.fault is None
    assert second.answer.status == 429
    assert json.loads(second.answer.content) == {
        "fault": {
            "faultstring": VIOLATION,
            "detail": {"errorcode": "policies.ratelimit.SpikeArrestViolation"},
        }
    }
    assert second.flow.variables["ratelimit.SpikeArrest-11091419259467690.failed"] is True


def test_the_organization_may_want_500(ports: Ports) -> None:
    features = OrganizationFeatures(answers_too_many_requests=False)
    run(SpikeArrest, xml(), ports=ports, features=features)
    assert run(SpikeArrest, xml(), ports=ports, features=features).answer.status == 500


def test_the_samples_references_fall_back_to_one_count_and_weight_one(
    ports: Ports, clock: FixedClock
) -> None:
    assert [ok for ok, _ in calls(SAMPLE, [0, 99, 100], ports, clock)] == [True, False, True]


def test_each_identifier_has_a_rate_of_its_own(ports: Ports, clock: FixedClock) -> None:
    text = xml(rest='<Identifier ref="request.header.who"/>')
    assert [ok for ok, _ in calls(text, [0, 1], ports, clock, who="a")] == [True, False]
    assert [ok for ok, _ in calls(text, [0, 1], ports, clock, who="b")] == [True, False]
    assert [ok for ok, _ in calls(text, [0], ports, clock)] == [True]


def test_weight_multiplies_the_gap(ports: Ports, clock: FixedClock) -> None:
    text = xml(rest='<MessageWeight ref="request.header.weight"/>')
    assert [ok for ok, _ in calls(text, [0, 199, 200], ports, clock, weight="2")] == [True, False, True]


@pytest.mark.parametrize("weight", ["1.5", "heavy", "-1", "9999999999", "٣", "x" * 50])
def test_a_weight_that_is_no_whole_number_faults(weight: str, ports: Ports) -> None:
    outcome = run(
        SpikeArrest,
        xml(rest='<MessageWeight ref="weight"/>'),
        request(variables={"weight": weight}),
        ports=ports,
    )
    assert outcome.fault is not None
    assert (outcome.fault.code, outcome.fault.status, outcome.fault.message) == (
        "policies.ratelimit.InvalidMessageWeight",
        500,
        f"Invalid message weight value {weight}",
    )


def test_the_rate_may_come_from_a_variable_with_a_literal_to_fall_back_on(
    ports: Ports, clock: FixedClock
) -> None:
    text = xml('<Rate ref="request.header.rate">10ps</Rate>')
    assert [ok for ok, _ in calls(text, [0, 999, 1_000], ports, clock, rate="1ps")] == [True, False, True]
    assert [ok for ok, _ in calls(text, [2_000, 2_099, 2_100], ports, clock)] == [True, False, True]


def test_a_rate_that_cannot_be_resolved_faults(ports: Ports) -> None:
    outcome = run(SpikeArrest, xml('<Rate ref="request.header.rate"/>'), ports=ports)
    assert outcome.fault is not None
    assert (outcome.fault.code, outcome.fault.status, outcome.fault.message) == (
        "policies.ratelimit.FailedToResolveSpikeArrestRate",
        500,
        "Failed to resolve Spike Arrest Rate reference request.header.rate in SpikeArrest policy Spike",
    )


def test_a_variable_that_holds_no_rate_faults(ports: Ports) -> None:
    outcome = run(
        SpikeArrest,
        xml('<Rate ref="request.header.rate">10ps</Rate>'),
        request(headers={"rate": "30s"}),
        ports=ports,
    )
    assert outcome.fault is not None
    assert (outcome.fault.code, outcome.fault.message) == (
        "policies.ratelimit.InvalidAllowedRate",
        "Invalid spike arrest rate 30s.",
    )


@pytest.mark.parametrize("rate", ["30s", "30.1ps", "0ps", "ps", "-1ps", "30"])
def test_a_wrong_literal_keeps_the_bundle_from_being_deployed(rate: str) -> None:
    (found,) = findings(SpikeArrest, xml(f"<Rate>{rate}</Rate>"))
    assert found.rule == "InvalidAllowedRate"
    assert rate in found.message


def test_a_rate_is_required() -> None:
    (found,) = findings(SpikeArrest, xml(""))
    assert found.rule == "missing-value"


@pytest.mark.parametrize(
    ("text", "rate"), [(" 30ps ", Rate(30, 1_000_000)), ("12PM", Rate(12, 60_000_000)), ("1 ps", None)]
)
def test_rates_are_read(text: str, rate: Rate | None) -> None:
    assert parse_rate(text) == rate


def test_two_proxies_policies_of_one_name_do_not_share_a_rate(ports: Ports) -> None:
    assert run(SpikeArrest, xml(), ports=ports).fault is None
    other = Place("myorg", "test", "other", "1")
    assert run(SpikeArrest, xml(), ports=ports, place=other).fault is None


def test_the_new_policy_dialogs_xml_can_be_deployed() -> None:
    assert findings(SpikeArrest, SpikeArrest.new_xml("Spike-1", "Spike 1")) == []
