"""Deadlines for many connections at the price of one timer: a wheel that turns ten times a second.

A deadline is kept by writing one number; the wheel looks at it only when the slot comes round that the
connection was last entered in. So a request that moves its connection's deadline four times costs no timers.
"""

import asyncio
from typing import Protocol

TICK_MS = 100


class Timed(Protocol):
    """Something with a deadline. The numbers are the wheel's; 0 is none."""

    deadline: int
    entered_at: int

    def on_deadline(self) -> None: ...


class Timers:
    """One per worker. A deadline passes up to two ticks late, never early."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._slots: dict[int, set[Timed]] = {}
        self._handle: asyncio.TimerHandle | None = None
        self._started = loop.time()
        self.now = 1
        """Ticks since the start."""

    def start(self) -> None:
        self._started = self._loop.time()
        self._schedule()

    def stop(self) -> None:
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None

    def set(self, timed: Timed, after_ms: int) -> None:
        """Call `timed.on_deadline` once in so many milliseconds, unless set anew or cleared before."""
        deadline = self.now + 1 + -(-after_ms // TICK_MS)
        timed.deadline = deadline
        if timed.entered_at == 0 or timed.entered_at > deadline:
            self._enter(timed, deadline)

    def clear(self, timed: Timed) -> None:
        timed.deadline = 0

    def forget(self, timed: Timed) -> None:
        """Let go of something that has ended: the wheel must not keep it alive until its slot comes round."""
        timed.deadline = 0
        self._leave(timed)

    def turn(self) -> None:
        """Move on by one tick and call what is due."""
        self.now += 1
        for timed in self._slots.pop(self.now, ()):
            timed.entered_at = 0
            if timed.deadline == 0:
                continue
            if timed.deadline <= self.now:
                timed.deadline = 0
                timed.on_deadline()
            else:
                self._enter(timed, timed.deadline)

    def _enter(self, timed: Timed, slot: int) -> None:
        self._leave(timed)
        timed.entered_at = slot
        self._slots.setdefault(slot, set()).add(timed)

    def _leave(self, timed: Timed) -> None:
        entered = self._slots.get(timed.entered_at)
        if entered is not None:
            entered.discard(timed)
        timed.entered_at = 0

    def _schedule(self) -> None:
        due = self._started + self.now * TICK_MS / 1000
        self._handle = self._loop.call_at(due, self._tick)

    def _tick(self) -> None:
        behind = int((self._loop.time() - self._started) * 1000 / TICK_MS) + 1 - self.now
        try:
            for _ in range(max(behind, 1)):
                self.turn()
        finally:
            self._schedule()
