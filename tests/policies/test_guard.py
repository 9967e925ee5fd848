"""A policy under guard fails as before, but tells how; a store that is away becomes a fault of its own."""

import asyncio
from collections.abc import Awaitable

import pytest
from tests.policies.support import request

from gatewright.engine.context import FlowContext
from gatewright.engine.faults import Fault, fault
from gatewright.engine.ports import StoreAway
from gatewright.policies.guard import guarded, note_cause

REFUSED = fault("steps.probe.Refused", 401, "Refused")


def fail_at_once(error: Exception, flow: FlowContext) -> Awaitable[None] | None:
    execute = guarded(lambda _: _raise(error), _note)
    return execute(flow)


def fail_later(error: Exception, flow: FlowContext) -> None:
    async def later() -> None:
        await asyncio.sleep(0)
        _raise(error)

    async def run() -> None:
        waiting = guarded(lambda _: later(), _note)(flow)
        assert waiting is not None
        await waiting

    asyncio.run(run())


def _raise(error: Exception) -> None:
    raise error


def _note(flow: FlowContext, fault: Fault) -> None:
    note_cause(flow, fault, "probe.P")


@pytest.mark.parametrize("fail", [fail_at_once, fail_later])
def test_a_fault_is_told_and_goes_on(fail: object) -> None:
    flow, raised = request(), REFUSED()
    with pytest.raises(Fault) as caught:
        fail(raised, flow)  # type: ignore[operator]
    assert caught.value is raised
    assert flow.variables == {"probe.P.fault.name": "Refused", "probe.P.fault.cause": "Refused"}


@pytest.mark.parametrize("fail", [fail_at_once, fail_later])
def test_a_store_that_is_away_is_503_and_no_judgement(fail: object) -> None:
    flow = request()
    with pytest.raises(Fault) as caught:
        fail(StoreAway("gone"), flow)  # type: ignore[operator]
    assert (caught.value.status, caught.value.name) == (503, "ServiceUnavailable")
    assert flow.variables["probe.P.fault.name"] == "keymanagement.service.ServiceUnavailable"


def test_a_policy_that_does_not_fail_is_left_alone() -> None:
    flow = request()
    assert guarded(lambda _: None, _note)(flow) is None
    assert flow.variables == {}
