"""Each process has a number of its own, which is free again when the process has ended, however it did."""

import multiprocessing
import os
import signal
from multiprocessing.connection import Connection
from pathlib import Path

from gatewright.services.memory.members import AT_MOST, Members

SPAWN = multiprocessing.get_context("spawn")


def be_a_member(path: Path, answer: Connection) -> None:
    members = Members.open(path)
    answer.send(members.number)
    answer.recv()


class Process:
    def __init__(self, path: Path) -> None:
        self._pipe, theirs = SPAWN.Pipe()
        self._process = SPAWN.Process(target=be_a_member, args=(path, theirs))
        self._process.start()
        assert self._pipe.poll(60)
        self.number = self._pipe.recv()

    def kill(self) -> None:
        assert self._process.pid is not None
        os.kill(self._process.pid, signal.SIGKILL)
        self._process.join(60)


def test_processes_have_different_numbers_and_leave_them_to_others(tmp_path: Path) -> None:
    path = tmp_path / "members"
    first, second = Process(path), Process(path)
    try:
        assert (first.number, second.number) == (0, 1)
        first.kill()
        third = Process(path)
        assert third.number == 0
        third.kill()
    finally:
        second.kill()


def test_it_is_known_which_numbers_there_have_been(tmp_path: Path) -> None:
    others = [Process(tmp_path / "members") for _ in range(2)]
    members = Members.open(tmp_path / "members")
    try:
        assert members.number == 2
        assert list(members.ever()) == [1, 1, 1] + [0] * (AT_MOST - 3)
    finally:
        members.close()
        for other in others:
            other.kill()


def test_a_process_beyond_the_last_number_has_none(tmp_path: Path) -> None:
    others = [Process(tmp_path / "members") for _ in range(AT_MOST)]
    members = Members.open(tmp_path / "members")
    try:
        assert members.number is None
    finally:
        members.close()
        for other in others:
            other.kill()
