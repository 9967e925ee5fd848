"""The shared table loses nothing between processes, survives their deaths and forgets by its rule."""

import errno
import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from gatewright.services.memory.slots import Record, SlotTable

SPAWN = multiprocessing.get_context("spawn")
ONE_SET = 16


def plus_one(record: Record) -> tuple[Record, int]:
    return (record[0] or 10**18, record[1] + 1), record[1] + 1


def add_many(path: Path, slots: int, times: int) -> None:
    table = SlotTable.open(path, slots, 2)
    for _ in range(times):
        table.update("shared", 0, plus_one)


def die_in_update(path: Path, slots: int) -> None:
    def die(record: Record) -> tuple[Record, None]:
        os.kill(os.getpid(), signal.SIGKILL)
        return record, None

    SlotTable.open(path, slots, 2).update("shared", 0, die)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "table"


@pytest.fixture
def table(path: Path) -> Iterator[SlotTable]:
    table = SlotTable.open(path, ONE_SET, 2)
    yield table
    table.close()


def read(table: SlotTable, key: str) -> Record:
    return table.update(key, 0, lambda record: (record, record))


def put(table: SlotTable, key: str, ends: int, worth: int, now: int = 0) -> None:
    table.update(key, now, lambda _: ((ends, worth), None))


def test_processes_that_add_at_once_lose_no_update(table: SlotTable, path: Path) -> None:
    workers = [SPAWN.Process(target=add_many, args=(path, ONE_SET, 2_000)) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert [worker.exitcode for worker in workers] == [0, 0, 0]
    assert read(table, "shared")[1] == 6_000


def test_threads_that_add_at_once_lose_no_update(table: SlotTable) -> None:
    def add() -> None:
        for _ in range(2_000):
            table.update("shared", 0, plus_one)

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert read(table, "shared")[1] == 8_000


def test_a_process_killed_in_its_update_leaves_the_record_and_no_lock(table: SlotTable, path: Path) -> None:
    table.update("shared", 0, plus_one)
    killed = SPAWN.Process(target=die_in_update, args=(path, ONE_SET))
    killed.start()
    killed.join(60)
    assert killed.exitcode == -signal.SIGKILL
    assert table.update("shared", 0, plus_one) == 2


def test_records_are_still_there_when_the_file_is_opened_again(path: Path) -> None:
    first = SlotTable.open(path, ONE_SET, 2)
    first.update("a", 0, plus_one)
    first.close()
    again = SlotTable.open(path, ONE_SET, 2)
    assert read(again, "a")[1] == 1
    again.close()


def test_keys_have_records_of_their_own(table: SlotTable) -> None:
    for n in range(ONE_SET):
        put(table, f"key {n}", ends=100, worth=n)
    assert [read(table, f"key {n}")[1] for n in range(ONE_SET)] == list(range(ONE_SET))


def test_a_key_without_a_record_reads_as_zeros_and_takes_no_slot(table: SlotTable) -> None:
    for n in range(ONE_SET):
        put(table, f"key {n}", ends=100, worth=1)
    assert read(table, "another") == (0, 0)
    assert all(read(table, f"key {n}") == (100, 1) for n in range(ONE_SET))


def test_a_full_set_reuses_the_record_that_expired_first(table: SlotTable) -> None:
    for n in range(ONE_SET):
        put(table, f"key {n}", ends=100 + n if n != 5 else 50, worth=n)
    put(table, "new", ends=1_000, worth=0, now=110)
    assert read(table, "key 5") == (0, 0)
    assert read(table, "new") == (1_000, 0)
    assert read(table, "key 0") == (100, 0)


def test_a_full_set_of_live_records_gives_up_the_one_worth_least(table: SlotTable) -> None:
    for n in range(ONE_SET):
        put(table, f"key {n}", ends=100, worth=50 - n)
    put(table, "new", ends=1_000, worth=0, now=10)
    assert read(table, f"key {ONE_SET - 1}") == (0, 0)
    assert read(table, "key 0") == (100, 50)


def test_keys_spread_over_the_sets(tmp_path: Path) -> None:
    table = SlotTable.open(tmp_path / "wide", 4_096, 2)
    for n in range(2_048):
        put(table, str(n), ends=100, worth=n)
    assert sum(read(table, str(n)) == (100, n) for n in range(2_048)) > 2_040
    table.close()


def test_a_file_that_cannot_be_made_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        SlotTable.open(tmp_path / "missing" / "table", ONE_SET, 2)


def test_the_file_is_for_its_owner_alone(table: SlotTable, path: Path) -> None:
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("number", [errno.EOPNOTSUPP, errno.EINVAL])
def test_a_file_system_that_cannot_reserve_space_is_good_enough(
    path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def refuse(file: int, offset: int, size: int) -> None:
        raise OSError(number, "cannot reserve")

    monkeypatch.setattr(os, "posix_fallocate", refuse)
    table = SlotTable.open(path, ONE_SET, 2)
    assert table.update("a", 0, plus_one) == 1
    table.close()


def test_a_full_disk_is_an_error_when_the_table_is_opened(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(file: int, offset: int, size: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "posix_fallocate", refuse)
    with pytest.raises(OSError, match="No space left"):
        SlotTable.open(path, ONE_SET, 2)


def test_a_lock_that_cannot_be_had_is_not_held(table: SlotTable, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    with monkeypatch.context() as broken:
        broken.setattr("fcntl.lockf", refuse)
        with pytest.raises(OSError, match="No locks"):
            table.update("a", 0, plus_one)
    assert table.update("a", 0, plus_one) == 1
