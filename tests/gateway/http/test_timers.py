"""Deadlines by a wheel: never early, never forgotten, cheap to move."""

import asyncio
import weakref

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatewright.gateway.http.timers import TICK_MS, Timers


class Timed:
    def __init__(self, timers: Timers) -> None:
        self.timers = timers
        self.deadline = 0
        self.entered_at = 0
        self.called_at: list[int] = []

    def on_deadline(self) -> None:
        self.called_at.append(self.timers.now)


@pytest.fixture
async def timers() -> Timers:
    return Timers(asyncio.get_running_loop())


async def test_a_deadline_passes_once_and_not_early(timers: Timers) -> None:
    timed = Timed(timers)
    begin = timers.now
    timers.set(timed, 1_000)
    for _ in range(30):
        timers.turn()
    assert len(timed.called_at) == 1
    assert 1_000 <= (timed.called_at[0] - begin) * TICK_MS <= 1_000 + 2 * TICK_MS


async def test_a_deadline_can_be_cleared(timers: Timers) -> None:
    timed = Timed(timers)
    timers.set(timed, 500)
    timers.clear(timed)
    for _ in range(20):
        timers.turn()
    assert timed.called_at == []


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3_000), st.integers(0, 20)), min_size=1, max_size=30))
async def test_only_the_last_deadline_counts(moves: list[tuple[int, int]]) -> None:
    timers = Timers(asyncio.get_running_loop())
    timed = Timed(timers)
    expected: list[int] = []
    due = 0
    for after_ms, turns in moves:
        timers.set(timed, after_ms)
        due = timers.now + 1 + -(-after_ms // TICK_MS)
        for _ in range(turns):
            timers.turn()
            if due == timers.now:
                expected.append(due)
    for _ in range(40):
        timers.turn()
    assert timed.called_at == (expected if due in expected else [*expected, due])


async def test_moving_a_deadline_on_enters_nothing_new(timers: Timers) -> None:
    timed = Timed(timers)
    for _ in range(1_000):
        timers.set(timed, 60_000)
    entered_at = timed.entered_at
    timers.set(timed, 65_000)
    assert timed.entered_at == entered_at


async def test_what_has_ended_is_let_go_of_at_once(timers: Timers) -> None:
    timed = Timed(timers)
    timers.set(timed, 60_000)
    timers.set(timed, 1_000)
    seen = weakref.ref(timed)
    timers.forget(timed)
    del timed
    assert seen() is None


async def test_the_wheel_turns_with_the_clock() -> None:
    timers = Timers(asyncio.get_running_loop())
    timed = Timed(timers)
    timers.start()
    timers.set(timed, 150)
    await asyncio.sleep(0.14)
    assert timed.called_at == []
    await asyncio.sleep(0.4)
    assert len(timed.called_at) == 1
    timers.stop()
