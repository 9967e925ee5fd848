"""Counts per window: exact among processes, and mostly without a lock."""

import json
import multiprocessing
import time
from collections.abc import Iterator
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatewright.engine.ports import Count, Window
from gatewright.services.memory import counting
from gatewright.services.memory.members import AT_MOST, Members
from gatewright.services.memory.slots import Record
from gatewright.services.memory.windows import WindowTable

SPAWN = multiprocessing.get_context("spawn")
NOW = 1_700_000_040_000  # the beginning of a minute
MINUTE = 60_000
THIS = Window(NOW, MINUTE)
SLOTS = 64


class Numbered(Members):
    """A member with a number of the test's choice: one process can stand for several."""

    def __init__(self, number: int | None) -> None:
        self.number = number

    def ever(self) -> bytes:
        return bytes([1] * AT_MOST)

    def close(self) -> None:
        pass


@pytest.fixture
def processes(tmp_path: Path) -> Iterator[list[WindowTable]]:
    """Three that have a cell, and one that has none."""
    tables = [opened(tmp_path, number) for number in (0, 1, 2, None)]
    yield tables
    for table in tables:
        table.close()


def opened(folder: Path, number: int | None) -> WindowTable:
    table = WindowTable.open(folder, SLOTS)
    table._members.close()
    return WindowTable(table._table, Numbered(number))


def test_every_process_sees_what_all_have_counted(processes: list[WindowTable]) -> None:
    counts = [table.take("a", 1, 100, THIS, NOW) for _ in range(3) for table in processes]
    assert [count.used for count in counts] == list(range(1, 13))
    assert all(count.passed for count in counts)


def test_the_limit_holds_for_all_together(processes: list[WindowTable]) -> None:
    passed = [table.take("a", 1, 5, THIS, NOW).passed for _ in range(3) for table in processes]
    assert passed == [True] * 5 + [False] * 7
    refused = processes[1].take("a", 1, 5, THIS, NOW)
    assert refused == Count(False, 5, 8, 8, NOW + MINUTE)


def test_a_call_that_does_not_fit_leaves_room_for_a_lighter_one(processes: list[WindowTable]) -> None:
    first, second, *_ = processes
    first.take("a", 1, 10, THIS, NOW)
    assert second.take("a", 7, 10, THIS, NOW).used == 8
    assert not second.take("a", 3, 10, THIS, NOW).passed
    assert first.take("a", 2, 10, THIS, NOW) == Count(True, 10, 1, 1, NOW + MINUTE)


def test_the_next_window_begins_at_zero(processes: list[WindowTable]) -> None:
    for table in processes:
        table.take("a", 2, 100, THIS, NOW)
    later = Window(NOW + MINUTE, MINUTE)
    assert [table.take("a", 1, 100, later, NOW + MINUTE).used for table in processes] == [1, 2, 3, 4]


def test_a_window_of_another_length_begins_at_zero(processes: list[WindowTable]) -> None:
    for table in processes:
        table.take("a", 2, 100, THIS, NOW)
    longer = Window(NOW, 60 * MINUTE)
    assert [table.take("a", 1, 100, longer, NOW).used for table in processes] == [1, 2, 3, 4]


def test_asking_about_a_key_that_nobody_has_counted_counts_nothing(processes: list[WindowTable]) -> None:
    for number in range(SLOTS):
        processes[number % 3].take(f"key {number}", 1, 100, THIS, NOW)
    assert processes[0].take("unknown", 0, 100, THIS, NOW) == Count(True, 0, 0, 0, NOW + MINUTE)
    assert processes[0].take("unknown", 1, 100, THIS, NOW).used == 1


def test_a_busy_key_is_not_the_one_that_gives_way(processes: list[WindowTable]) -> None:
    for _ in range(50):
        processes[0].take("busy", 1, None, THIS, NOW)
    for number in range(20 * SLOTS):
        processes[1].take(f"key {number}", 2, None, THIS, NOW)
    assert processes[2].take("busy", 1, None, THIS, NOW).used == 51


Step = tuple[int, int, int]
"""Which process counts, with what weight, how many milliseconds later."""
steps = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 3), st.sampled_from([0, 1, MINUTE // 2, MINUTE])), max_size=40
)


@given(steps=steps, limit=st.one_of(st.none(), st.integers(0, 12)), flexi=st.booleans())
@settings(max_examples=200, deadline=None)
def test_many_processes_count_as_one_would(
    tmp_path_factory: pytest.TempPathFactory, steps: list[Step], limit: int | None, flexi: bool
) -> None:
    folder = tmp_path_factory.mktemp("windows")
    tables = [opened(folder, number) for number in (0, 1, 2, None)]
    record: Record = (0,) * counting.WINDOW_FIELDS
    now = NOW
    for process, weight, pause in steps:
        now += pause
        window = Window(None if flexi else now // MINUTE * MINUTE, MINUTE)
        record, expected = counting.take(record, weight, limit, window, now)
        assert tables[process].take("a", weight, limit, window, now) == expected
    for table in tables:
        table.close()


# With processes of their own.


KEYS, TIMES, LIMIT = 100, 400, 600


def take_in_turn(folder: Path, start: Barrier, number: int) -> None:
    """Write down how many calls passed, by key."""
    table = WindowTable.open(folder, 8 * KEYS)
    passed = []
    for key in range(KEYS):
        start.wait(60)
        passed.append(sum(table.take(f"key {key}", 1, LIMIT, THIS, NOW).passed for _ in range(TIMES)))
    (folder / f"passed-{number}").write_text(json.dumps(passed))


def test_processes_that_count_at_once_pass_exactly_the_limit(tmp_path: Path) -> None:
    """They begin with each key together, so that they run into its limit together."""
    start = SPAWN.Barrier(3)
    workers = [SPAWN.Process(target=take_in_turn, args=(tmp_path, start, number)) for number in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(120)
    passed = [json.loads((tmp_path / f"passed-{number}").read_text()) for number in range(3)]
    assert [sum(each) for each in zip(*passed, strict=True)] == [LIMIT] * KEYS


def hold_the_lock(folder: Path, answer: Connection) -> None:
    slots = WindowTable.open(folder, SLOTS)._table
    with slots.held(slots.spot("a"), NOW):
        answer.send("held")
        answer.recv()


def test_a_process_that_hangs_under_the_lock_holds_up_nobody_who_is_within_the_limit(tmp_path: Path) -> None:
    table = WindowTable.open(tmp_path, SLOTS)
    table.take("a", 1, 100, THIS, NOW)
    pipe, theirs = SPAWN.Pipe()
    holder = SPAWN.Process(target=hold_the_lock, args=(tmp_path, theirs))
    holder.start()
    assert pipe.poll(60)
    started = time.monotonic()
    counts = [table.take("a", 1, 100, THIS, NOW).used for _ in range(50)]
    assert counts == list(range(2, 52))
    assert time.monotonic() - started < 30
    pipe.send("go")
    holder.join(60)
    table.close()


def test_the_counts_are_there_when_the_folder_is_opened_again(tmp_path: Path) -> None:
    for used in (1, 2, 3):
        table = WindowTable.open(tmp_path, SLOTS)
        assert table.take("a", 1, 100, THIS, NOW).used == used
        table.close()


def test_the_name_of_the_files_says_what_makes_their_size(tmp_path: Path) -> None:
    WindowTable.open(tmp_path, SLOTS).close()
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {f"windows-64-{AT_MOST}.counts", f"windows-64-{AT_MOST}.members"}
