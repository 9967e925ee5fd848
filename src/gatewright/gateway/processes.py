"""Child processes of the supervisor: started, watched, restarted when they die, stopped at the end."""

import logging
import multiprocessing
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess

log = logging.getLogger(__name__)

_SPAWN = multiprocessing.get_context("spawn")

STEADY_AFTER_S = 10.0
FIRST_DELAY_S = 0.1
LONGEST_DELAY_S = 5.0
"""A child that was steady is restarted at once when it dies; one that keeps dying waits longer each time."""


@dataclass(slots=True)
class Child:
    """One role in the process tree, through all its restarts. Mutable: holds the process of the moment."""

    name: str
    target: Callable[..., None]
    args: tuple[object, ...]
    process: SpawnProcess | None = None
    started_at: float = 0.0
    delay_s: float = 0.0
    restart_at: float = 0.0

    def start(self) -> None:
        self.process = _SPAWN.Process(target=self.target, args=self.args, name=self.name)
        self.process.start()
        self.started_at = time.monotonic()


class Family:
    """The children of one supervisor, and the loop that watches them."""

    def __init__(self, wake: Connection) -> None:
        self._children: list[Child] = []
        self._wake = wake

    def add(self, child: Child) -> None:
        child.start()
        self._children.append(child)

    def watch(self, *, until: Callable[[], bool]) -> None:
        """Restart what dies, until told to end. The wake connection interrupts the wait for a signal."""
        while not until():
            now = time.monotonic()
            due = [child for child in self._children if child.process is None]
            for child in due:
                if child.restart_at <= now:
                    child.start()
            timeout = min((child.restart_at - now for child in due if child.process is None), default=None)
            for ready in wait(self._sentinels(), None if timeout is None else max(timeout, 0.0)):
                if ready is self._wake:
                    self._wake.recv_bytes()
            self._bury()

    def stop(self, grace_s: float) -> None:
        """SIGTERM to all and wait for them; whoever is still there after the grace is killed."""
        running = [child.process for child in self._children if child.process is not None]
        for process in running:
            process.terminate()
        deadline = time.monotonic() + grace_s
        for process in running:
            process.join(max(0.0, deadline - time.monotonic()))
        for process in running:
            if process.is_alive():
                log.warning("a process did not end in time and is killed", extra={"pid": process.pid})
                process.kill()
                process.join()

    def _sentinels(self) -> Sequence[Connection | int]:
        return [
            self._wake,
            *(child.process.sentinel for child in self._children if child.process is not None),
        ]

    def _bury(self) -> None:
        for child in self._children:
            process = child.process
            if process is None or process.exitcode is None:
                continue
            now = time.monotonic()
            was_steady = now - child.started_at > STEADY_AFTER_S
            child.delay_s = 0.0 if was_steady else min(child.delay_s * 2 + FIRST_DELAY_S, LONGEST_DELAY_S)
            child.restart_at = now + child.delay_s
            log.error(
                "a process has died and is restarted",
                extra={"child": child.name, "pid": process.pid, "exit_code": process.exitcode},
            )
            process.close()
            child.process = None
