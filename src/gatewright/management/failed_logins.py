"""Slows down who guesses passwords: a few wrong ones from one address for one user, and it must wait.

Counted per user and address together, so that nobody can lock a user out from elsewhere; a login that is
remembered as right is not held up at all.
"""

import asyncio
import math
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from gatewright.management.errors import Refused

ALLOWED = 10
"""Wrong passwords before waiting."""
WAIT_S = 60.0
"""From the last wrong password on."""
_KEPT = 10_000
"""Users and addresses that are remembered, the latest ones."""


class Attempts:
    """The wrong passwords for one user from one address. Mutable."""

    def __init__(self, clock_s: Callable[[], float]) -> None:
        self._clock_s = clock_s
        self._count = 0
        self._last_s = 0.0
        self.turn = asyncio.Lock()
        """One password at a time, or many at once would all pass the check."""

    def check(self) -> None:
        """Raises Refused with 429 while there have been too many."""
        wait_s = self._last_s + WAIT_S - self._clock_s()
        if wait_s <= 0:
            self._count = 0
        if self._count >= ALLOWED:
            raise Refused(
                429,
                "management.TooManyFailedLogins",
                f"{self._count} wrong passwords for this user from this address: try again later",
                {"retry-after": str(math.ceil(wait_s))},
            )

    def failed(self) -> None:
        self._count += 1
        self._last_s = self._clock_s()

    def succeeded(self) -> None:
        self._count = 0


class FailedLogins:
    """The attempts per user and address. Mutable, for one event loop; bounded."""

    def __init__(self, clock_s: Callable[[], float]) -> None:
        self._clock_s = clock_s
        self._attempts: OrderedDict[tuple[str, str], Attempts] = OrderedDict()

    @asynccontextmanager
    async def turn(self, email: str, address: str) -> AsyncIterator[Attempts]:
        """The attempts for that user from that address, for one caller at a time."""
        key = (email.casefold(), address)
        attempts = self._attempts.setdefault(key, Attempts(self._clock_s))
        self._attempts.move_to_end(key)
        while len(self._attempts) > _KEPT:
            self._attempts.popitem(last=False)
        async with attempts.turn:
            yield attempts
