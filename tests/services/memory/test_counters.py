"""Counters in a folder: what workers that open the same folder see of each other."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gatewright.engine.ports import Counters, Window
from gatewright.services.memory.counters import MemoryCounters

NOW = 1_700_000_040_000
MINUTE = Window(NOW, 60_000)


@pytest.fixture
def counters(tmp_path: Path) -> Iterator[MemoryCounters]:
    counters = MemoryCounters.open(tmp_path, slots=64)
    yield counters
    counters.close()


def test_they_are_what_the_engine_asks_for(counters: MemoryCounters) -> None:
    port: Counters = counters
    assert port.try_pass("k", 100, NOW)


def test_each_key_has_its_own_count(counters: MemoryCounters) -> None:
    assert counters.take("a", 2, 10, MINUTE, NOW).used == 2
    assert counters.take("b", 1, 10, MINUTE, NOW).used == 1
    assert counters.take("a", 1, 10, MINUTE, NOW).used == 3


def test_a_rolling_count_is_apart_from_a_windows(counters: MemoryCounters) -> None:
    counters.take("a", 5, 10, MINUTE, NOW)
    assert counters.take_rolling("a", 1, 10, 60_000, NOW).used == 1


def test_a_key_passes_once_per_gap(counters: MemoryCounters) -> None:
    times_us = [NOW * 1_000 + ms * 1_000 for ms in (0, 50, 100, 150, 210)]
    assert [counters.try_pass("k", 100_000, now) for now in times_us] == [True, False, True, False, True]


def test_another_opening_of_the_folder_goes_on_counting(tmp_path: Path) -> None:
    first = MemoryCounters.open(tmp_path, slots=64)
    first.take("a", 2, 10, MINUTE, NOW)
    first.close()
    second = MemoryCounters.open(tmp_path, slots=64)
    assert second.take("a", 1, 10, MINUTE, NOW).used == 3
    second.close()
