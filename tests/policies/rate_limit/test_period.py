"""When quota periods begin and end (docs.apigee.com/api-platform/reference/policies/quota-policy)."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatewright.engine.ports import Window
from gatewright.policies.rate_limit.period import (
    LONGEST_INTERVAL,
    UNIT_MS,
    TimeUnit,
    clock_window,
    parse_start_time,
    started_window,
)

MONDAY = "2022-11-21 11:55:25"


def ms(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * 1_000


def ends(window: Window) -> int:
    assert window.start_ms is not None
    return window.start_ms + window.length_ms


@pytest.mark.parametrize(
    ("unit", "interval", "now", "start", "end"),
    [
        # The published table of next resets, for Monday, 21 November 2022, 11:55:25.
        ("second", 1, MONDAY, "2022-11-21 11:55:25", "2022-11-21 11:55:26"),
        ("minute", 1, MONDAY, "2022-11-21 11:55:00", "2022-11-21 11:56:00"),
        ("hour", 1, MONDAY, "2022-11-21 11:00:00", "2022-11-21 12:00:00"),
        ("day", 1, MONDAY, "2022-11-21 00:00:00", "2022-11-22 00:00:00"),
        ("week", 1, MONDAY, "2022-11-21 00:00:00", "2022-11-28 00:00:00"),
        ("month", 1, MONDAY, "2022-11-01 00:00:00", "2022-12-01 00:00:00"),
        # 60 minutes from 8:15 end at the top of the hour.
        ("minute", 60, "2022-11-21 08:15:00", "2022-11-21 08:00:00", "2022-11-21 09:00:00"),
        ("minute", 20, "2022-11-21 08:45:00", "2022-11-21 08:40:00", "2022-11-21 09:00:00"),
        ("week", 1, "2022-11-27 23:59:59", "2022-11-21 00:00:00", "2022-11-28 00:00:00"),
        ("month", 1, "2024-02-29 12:00:00", "2024-02-01 00:00:00", "2024-03-01 00:00:00"),
        ("month", 3, "2022-11-21 00:00:00", "2022-10-01 00:00:00", "2023-01-01 00:00:00"),
        ("month", 12, "2022-12-31 23:59:59", "2022-01-01 00:00:00", "2023-01-01 00:00:00"),
    ],
)
def test_periods_follow_the_clock(unit: TimeUnit, interval: int, now: str, start: str, end: str) -> None:
    window = clock_window(unit, interval, ms(now))
    assert (window.start_ms, ends(window)) == (ms(start), ms(end))


@pytest.mark.parametrize(
    ("unit", "interval", "now", "end"),
    [
        ("minute", 20, "2015-06-26 08:49:59", "2015-06-26 08:50:00"),
        ("hour", 1, "2015-06-26 09:29:59", "2015-06-26 09:30:00"),
        ("day", 1, "2015-06-26 08:30:00", "2015-06-27 08:30:00"),
        ("month", 1, "2015-06-26 08:30:00", "2015-07-24 08:30:00"),  # 28 days
        ("hour", 1, "2015-06-26 08:10:00", "2015-06-26 08:30:00"),  # before the start time
    ],
)
def test_periods_follow_each_other_from_the_start_time_on(
    unit: TimeUnit, interval: int, now: str, end: str
) -> None:
    assert ends(started_window(ms("2015-06-26 08:30:00"), unit, interval, ms(now))) == ms(end)


@given(
    unit=st.sampled_from(list(UNIT_MS)),
    interval=st.integers(1, LONGEST_INTERVAL),
    now_ms=st.integers(0, ms("2200-01-01 00:00:00")),
)
def test_every_moment_lies_in_its_period(unit: TimeUnit, interval: int, now_ms: int) -> None:
    window = clock_window(unit, interval, now_ms)
    assert window.start_ms is not None
    assert window.start_ms <= now_ms < ends(window) < 2**62
    assert clock_window(unit, interval, ends(window) - 1) == window


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2017-07-16 12:00:00", "2017-07-16 12:00:00"),
        ("2017-7-16 12:00:00", "2017-07-16 12:00:00"),
        (" 2024-03-05 24:00:00 ", "2024-03-06 00:00:00"),
    ],
)
def test_start_times_are_read(text: str, moment: str) -> None:
    assert parse_start_time(text) == ms(moment)


@pytest.mark.parametrize(
    "text",
    [
        *("7-16-2017 12:00:00", "2017-07-16", "2017-07-16T12:00:00", "2017-13-01 00:00:00"),
        *("2017-02-30 00:00:00", "2017-01-01 24:00:01", "2017-01-01 00:60:00", "0000-01-01 00:00:00"),
        "9999-12-31 24:00:00",
    ],
)
def test_other_texts_are_no_start_times(text: str) -> None:
    assert parse_start_time(text) is None
