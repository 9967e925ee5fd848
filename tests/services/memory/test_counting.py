"""Counts over every kind of window, as pure functions of record and time."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatewright.engine.ports import Count, Window
from gatewright.services.memory import counting
from gatewright.services.memory.slots import Record

NO_WINDOW = (0,) * counting.WINDOW_FIELDS
NO_ROLLING = (0,) * counting.ROLLING_FIELDS
MINUTE = 60_000
NOW = 1_700_000_040_000  # the beginning of a minute


def take_at(times: list[int], window: Window, limit: int | None = None) -> list[Count]:
    record: Record = NO_WINDOW
    counts = []
    for now in times:
        record, count = counting.take(record, 1, limit, window, now)
        counts.append(count)
    return counts


def aligned(now: int) -> Window:
    return Window(now // MINUTE * MINUTE, MINUTE)


def test_calls_add_up_to_the_limit_and_no_further() -> None:
    counts = take_at([NOW, NOW + 1, NOW + 2, NOW + 3], aligned(NOW), limit=2)
    assert [count.passed for count in counts] == [True, True, False, False]
    assert [count.used for count in counts] == [1, 2, 2, 2]
    assert [count.refused for count in counts] == [0, 0, 1, 2]


def test_a_refused_call_leaves_room_for_a_lighter_one() -> None:
    record, _ = counting.take(NO_WINDOW, 8, 10, aligned(NOW), NOW)
    record, heavy = counting.take(record, 3, 10, aligned(NOW), NOW)
    record, light = counting.take(record, 2, 10, aligned(NOW), NOW)
    assert (heavy.passed, light.passed, light.used) == (False, True, 10)


def test_the_next_window_begins_at_zero_and_keeps_the_sum_of_refused_calls() -> None:
    record, _ = counting.take(NO_WINDOW, 1, 0, aligned(NOW), NOW)
    later = NOW + MINUTE
    _, count = counting.take(record, 1, 5, aligned(later), later)
    assert count == Count(True, 1, 0, 1, later + MINUTE)


def test_a_weight_of_zero_only_reads() -> None:
    record, _ = counting.take(NO_WINDOW, 3, None, aligned(NOW), NOW)
    after, count = counting.take(record, 0, 2, aligned(NOW), NOW)
    assert after is record
    assert (count.used, count.passed) == (3, False)


def test_a_window_without_a_start_starts_with_its_first_call() -> None:
    window = Window(None, MINUTE)
    counts = take_at([NOW + 7, NOW + 7 + MINUTE - 1, NOW + 7 + MINUTE], window)
    assert [count.used for count in counts] == [1, 2, 1]
    assert [count.expires_at_ms - NOW for count in counts] == [7 + MINUTE, 7 + MINUTE, 7 + 2 * MINUTE]


def test_a_worker_that_is_late_counts_in_the_window_that_others_began() -> None:
    ahead, _ = counting.take(NO_WINDOW, 1, None, aligned(NOW), NOW)
    _, count = counting.take(ahead, 1, None, aligned(NOW - 1), NOW - 1)
    assert (count.used, count.expires_at_ms) == (2, NOW + MINUTE)


@pytest.mark.parametrize("window", [aligned(NOW - 60 * MINUTE), Window(None, MINUTE)])
def test_a_clock_set_back_begins_a_new_window(window: Window) -> None:
    future, _ = counting.take(NO_WINDOW, 9, None, aligned(NOW), NOW)
    _, count = counting.take(future, 1, None, window, NOW - 60 * MINUTE)
    assert count.used == 1


@pytest.mark.parametrize("start", [None, NOW])
def test_a_window_of_another_length_begins_at_zero(start: int | None) -> None:
    record, _ = counting.take(NO_WINDOW, 9, None, Window(start, 60 * MINUTE), NOW)
    _, count = counting.take(record, 1, None, Window(start, MINUTE), NOW)
    assert (count.used, count.expires_at_ms) == (1, NOW + MINUTE)


@given(
    gaps=st.lists(st.integers(0, 3_000), max_size=60),
    limit=st.integers(1, 8),
    length=st.sampled_from([1_000, 7_919, 60_000]),
)
def test_no_span_of_a_rolling_window_holds_more_than_the_limit(
    gaps: list[int], limit: int, length: int
) -> None:
    record: Record = NO_ROLLING
    now = NOW
    passed: list[int] = []
    for gap in gaps:
        now += gap
        before = [time for time in passed if time > now - length]
        remembered = [time for time in passed if time > now - 32 * -(-length // 31)]
        record, count = counting.take_rolling(record, 1, limit, length, now)
        assert count.passed or len(remembered) >= limit
        assert not count.passed or len(before) < limit
        if count.passed:
            passed.append(now)


def test_a_rolling_window_forgets_all_after_a_long_pause() -> None:
    record, _ = counting.take_rolling(NO_ROLLING, 5, 5, MINUTE, NOW)
    _, count = counting.take_rolling(record, 5, 5, MINUTE, NOW + 10**12)
    assert count.passed


@pytest.mark.parametrize(
    ("then_ms", "length_ms"), [(NOW - 60 * MINUTE, MINUTE), (NOW, 2 * MINUTE)], ids=["clock", "length"]
)
def test_a_rolling_window_begins_anew_when_its_clock_or_its_length_was_changed(
    then_ms: int, length_ms: int
) -> None:
    record, _ = counting.take_rolling(NO_ROLLING, 5, None, MINUTE, NOW)
    _, count = counting.take_rolling(record, 1, None, length_ms, then_ms)
    assert count.used == 1


def test_a_rolling_window_only_reads_a_weight_of_zero() -> None:
    record, _ = counting.take_rolling(NO_ROLLING, 5, None, MINUTE, NOW)
    after, count = counting.take_rolling(record, 0, None, MINUTE, NOW)
    assert after is record
    assert count.used == 5


@pytest.mark.parametrize(
    ("later_us", "passed"),
    [(0, False), (99_999, False), (100_000, True), (-50, False), (-3_600_000_000, True)],
)
def test_a_call_passes_when_the_gap_has_gone_by(later_us: int, passed: bool) -> None:
    now = NOW * 1_000
    record, first = counting.try_pass((0,) * counting.PASS_FIELDS, 100_000, now)
    after, second = counting.try_pass(record, 100_000, now + later_us)
    assert first
    assert second is passed
    assert after[1] == (now + later_us if passed else now)
