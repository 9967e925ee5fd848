"""Child processes: a dead one comes back, the end reaches all of them."""

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

from gatewright.gateway.processes import Child, Family

PATIENCE_S = 20.0


def sign_in(folder: Path) -> None:
    """A child that leaves a file named like its process id and lives until SIGTERM."""
    (folder / str(os.getpid())).touch()
    signal.pause()


def refuse_to_end(folder: Path) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    (folder / str(os.getpid())).touch()
    while True:
        signal.pause()


class Watched:
    """A family whose watch runs in a thread, as the supervisor's main thread would run it."""

    def __init__(self) -> None:
        self.wake, self._waker = multiprocessing.Pipe(duplex=False)
        self.family = Family(self.wake)
        self._is_over = False
        self._thread = threading.Thread(target=self._watch)

    def start(self) -> None:
        self._thread.start()

    def end(self, grace_s: float) -> None:
        self._is_over = True
        self._waker.send_bytes(b"stop")
        self._thread.join(PATIENCE_S)
        assert not self._thread.is_alive()
        self.family.stop(grace_s)

    def _watch(self) -> None:
        self.family.watch(until=lambda: self._is_over)


def wait_for(condition: Callable[[], bool]) -> None:
    give_up_at = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < give_up_at, "it did not happen in time"
        time.sleep(0.02)


def pids(folder: Path) -> set[int]:
    return {int(file.name) for file in folder.iterdir()}


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_killed_child_is_replaced_while_the_others_live_on(tmp_path: Path) -> None:
    watched = Watched()
    for name in ("worker-1", "worker-2"):
        watched.family.add(Child(name, sign_in, (tmp_path,)))
    watched.start()
    try:
        wait_for(lambda: len(pids(tmp_path)) == 2)
        victim, survivor = sorted(pids(tmp_path))
        os.kill(victim, signal.SIGKILL)
        wait_for(lambda: len(pids(tmp_path)) == 3)
        assert is_alive(survivor)
    finally:
        watched.end(grace_s=PATIENCE_S)
    assert not any(is_alive(pid) for pid in pids(tmp_path))


def test_a_child_that_does_not_end_in_time_is_killed(tmp_path: Path) -> None:
    watched = Watched()
    watched.family.add(Child("stubborn", refuse_to_end, (tmp_path,)))
    watched.start()
    wait_for(lambda: len(pids(tmp_path)) == 1)
    (pid,) = pids(tmp_path)
    watched.end(grace_s=0.2)
    assert not is_alive(pid)
