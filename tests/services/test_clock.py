"""The clock gives the time of day in the unit its name says."""

from datetime import UTC, datetime

from gatewright.services.clock import SystemClock


def test_the_clock_gives_epoch_milliseconds_and_microseconds() -> None:
    now = datetime.now(UTC).timestamp()
    clock = SystemClock()
    assert abs(clock.now_ms() / 1e3 - now) < 5
    assert abs(clock.now_us() / 1e6 - now) < 5
