"""Counters in a folder: what workers that open the same folder see of each other."""

import multiprocessing
from collections.abc import Iterator
from pathlib import Path

import pytest

from gatewright.engine.ports import Counters, Window
from gatewright.services.memory.counters import MemoryCounters

SPAWN = multiprocessing.get_context("spawn")
NOW = 1_700_000_040_000
MINUTE = Window(NOW, 60_000)


@pytest.fixture
def counters(tmp_path: Path) -> Iterator[MemoryCounters]:
    counters = MemoryCounters.open(tmp_path, slots=64)
    yield counters
    counters.close()


def take_many(folder: Path, times: int) -> None:
    """Write down how many of so many calls passed."""
    counters = MemoryCounters.open(folder, slots=64)
    passed = sum(counters.take("shared", 1, 600, MINUTE, NOW).passed for _ in range(times))
    (folder / f"passed-{multiprocessing.current_process().pid}").write_text(str(passed))


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


def test_workers_that_count_at_once_let_exactly_the_limit_pass(tmp_path: Path) -> None:
    workers = [SPAWN.Process(target=take_many, args=(tmp_path, 500)) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert sum(int(file.read_text()) for file in tmp_path.glob("passed-*")) == 600
