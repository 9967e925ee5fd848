"""What one worker has looked up and keeps for a while: bounded, and forgotten when it changes."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, NamedTuple, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

KEPT_MS = 180_000
"""How long Edge's runtime keeps keys, tokens, products and developers (docs: Limits)."""


class _Entry(NamedTuple, Generic[V]):
    value: V
    good_until_ms: float


class Kept(Generic[K, V]):
    """The records used last, each for at most `ttl_ms` after it was read. Belongs to one thread.

    `now_ms` measures durations: it need not know the time of day, and must never go back.
    """

    __slots__ = ("_capacity", "_entries", "_now_ms", "_ttl_ms")

    def __init__(self, capacity: int, ttl_ms: int, now_ms: Callable[[], float]) -> None:
        self._capacity = capacity
        self._ttl_ms = ttl_ms
        self._now_ms = now_ms
        self._entries: OrderedDict[K, _Entry[V]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, key: K) -> V | None:
        entry = self._entries.get(key)
        if entry is None:
            return None
        if entry.good_until_ms <= self._now_ms():
            del self._entries[key]
            return None
        self._entries.move_to_end(key)
        return entry.value

    def put(self, key: K, value: V) -> V:
        """Keep the value and hand it back; the one used longest ago goes when there are too many."""
        self._entries[key] = _Entry(value, self._now_ms() + self._ttl_ms)
        self._entries.move_to_end(key)
        if len(self._entries) > self._capacity:
            self._entries.popitem(last=False)
        return value

    def drop(self, key: K) -> None:
        """None is fine."""
        self._entries.pop(key, None)

    def drop_where(self, is_stale: Callable[[V], bool]) -> None:
        for key in [key for key, entry in self._entries.items() if is_stale(entry.value)]:
            del self._entries[key]

    def clear(self) -> None:
        self._entries.clear()
