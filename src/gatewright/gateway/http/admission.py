"""Which clients may connect: so many at a time, and so many of one address."""

import logging
from collections import Counter
from collections.abc import Callable

from gatewright.gateway.http.limits import Limits
from gatewright.gateway.http.refusal import server_is_full, too_many_connections

log = logging.getLogger(__name__)

TURNED_AWAY_AT_ONCE = 32
"""Connections beyond the limit that are answered at a time; those beyond them are closed without a word."""
_TELL_EVERY_S = 10.0


class NoRoom(Exception):
    """Not even an answer can be afforded."""


class Admission:
    """Counts connections. Mutable, one per worker."""

    __slots__ = ("_count", "_limits", "_now_s", "_of_address", "_refused", "_tell_at")

    def __init__(self, limits: Limits, now_s: Callable[[], float]) -> None:
        self._limits = limits
        self._now_s = now_s
        self._count = 0
        self._of_address: Counter[str] = Counter()
        self._refused = 0
        self._tell_at = 0.0

    def enter(self, address: str) -> None:
        """Count a connection, which leaves later whatever becomes of it. Raises Refused and NoRoom."""
        self._count += 1
        self._of_address[address] += 1
        if self._count > self._limits.connections:
            self._tell()
            if self._count > self._limits.connections + TURNED_AWAY_AT_ONCE:
                raise NoRoom
            raise server_is_full()
        if self._of_address[address] > self._limits.connections_per_client:
            raise too_many_connections()

    def leave(self, address: str) -> None:
        self._count -= 1
        self._of_address[address] -= 1
        if not self._of_address[address]:
            del self._of_address[address]

    def _tell(self) -> None:
        """A line now and then, not one for each of a flood."""
        self._refused += 1
        if self._now_s() >= self._tell_at:
            self._tell_at = self._now_s() + _TELL_EVERY_S
            log.warning(
                "clients are turned away: as many are connected as connections_per_worker allows",
                extra={"connections": self._limits.connections, "refused_since": self._refused},
            )
            self._refused = 0
