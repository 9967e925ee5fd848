"""So many clients at a time, so many of one address, and a flood beyond them costs little."""

import pytest

from gatewright.gateway.http.admission import TURNED_AWAY_AT_ONCE, Admission, NoRoom
from gatewright.gateway.http.limits import Limits
from gatewright.gateway.http.refusal import Refused


class Clock:
    def __init__(self) -> None:
        self.now_s = 1_000.0

    def __call__(self) -> float:
        return self.now_s


def full(connections: int = 3, per_client: int = 100) -> tuple[Admission, Clock]:
    clock = Clock()
    admission = Admission(Limits(connections=connections, connections_per_client=per_client), clock)
    for number in range(connections):
        admission.enter(f"192.0.2.{number}")
    return admission, clock


def test_one_more_than_there_is_room_for_is_told_when_to_come_again() -> None:
    admission, _ = full()
    with pytest.raises(Refused) as refused:
        admission.enter("192.0.2.9")
    response = refused.value.response()
    assert (response.status, response.headers.get("retry-after")) == (503, "5")
    assert b'"errorcode":"messaging.adaptors.http.flow.ServiceUnavailable"' in response.content


def test_there_is_room_again_when_clients_leave() -> None:
    admission, _ = full()
    with pytest.raises(Refused):
        admission.enter("192.0.2.9")
    admission.leave("192.0.2.9")
    admission.leave("192.0.2.1")
    admission.enter("192.0.2.9")


def test_those_who_are_turned_away_are_bounded_too() -> None:
    admission, _ = full()
    for _ in range(TURNED_AWAY_AT_ONCE):
        with pytest.raises(Refused):
            admission.enter("192.0.2.9")
    with pytest.raises(NoRoom):
        admission.enter("192.0.2.9")


def test_one_address_may_not_take_every_place() -> None:
    admission, _ = full(3, per_client=2)
    admission.leave("192.0.2.1")
    admission.leave("192.0.2.2")
    admission.enter("192.0.2.0")
    with pytest.raises(Refused) as refused:
        admission.enter("192.0.2.0")
    assert "from this address" in refused.value.rule


def test_a_flood_is_told_of_now_and_then(caplog: pytest.LogCaptureFixture) -> None:
    admission, clock = full()
    for seconds in (0, 1, 2, 11):
        clock.now_s = 1_000.0 + seconds
        with pytest.raises(Refused):
            admission.enter("192.0.2.9")
    assert [vars(record)["refused_since"] for record in caplog.records] == [1, 3]
