"""What is worked out from a record once, for as long as that very record is in use."""

from collections.abc import Callable
from typing import Generic, TypeVar

R = TypeVar("R")
V = TypeVar("V")


class Derived(Generic[R, V]):
    """Values made from frozen records, kept by the record's identity.

    Records come out of a worker's cache, so a client that calls often is the same object each time; one that
    has changed is another object, and the value is made anew. Holds at most `capacity` values: the oldest go
    first.
    """

    __slots__ = ("_capacity", "_make", "_values")

    def __init__(self, make: Callable[[R], V], capacity: int = 10_000) -> None:
        self._make = make
        self._capacity = capacity
        self._values: dict[int, tuple[R, V]] = {}

    def of(self, record: R) -> V:
        # The record itself is kept beside its value: as long as it is, no other object has its id.
        known = self._values.get(id(record))
        if known is not None:
            return known[1]
        if len(self._values) >= self._capacity:
            del self._values[next(iter(self._values))]
        value = self._make(record)
        self._values[id(record)] = (record, value)
        return value
