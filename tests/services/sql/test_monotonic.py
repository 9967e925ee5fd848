"""Durations go forward only."""

from gatewright.services.sql.monotonic import monotonic_ms


def test_time_never_goes_back() -> None:
    moments = [monotonic_ms() for _ in range(100)]
    assert moments == sorted(moments)
