"""The Counters of one machine: three tables in a folder, shared by its workers."""

from pathlib import Path
from typing import Self

from gatewright.engine.ports import Count, Window
from gatewright.services.memory import counting
from gatewright.services.memory.slots import SlotTable
from gatewright.services.memory.windows import WindowTable

DEFAULT_SLOTS = 65_536


class MemoryCounters:
    """Implements Counters. Open it once per process.

    Each table holds about `slots` keys (rolling windows, whose records are larger, a quarter as many). A
    table that is full forgets: first what has expired, then the counts that are smallest.
    """

    __slots__ = ("_passes", "_rolling", "_windows")

    def __init__(self, windows: WindowTable, rolling: SlotTable, passes: SlotTable) -> None:
        self._windows = windows
        self._rolling = rolling
        self._passes = passes

    @classmethod
    def open(cls, folder: Path, slots: int = DEFAULT_SLOTS) -> Self:
        """Open or make the tables in the folder. Another number of slots begins anew. Raises OSError."""
        return cls(
            WindowTable.open(folder, slots),
            SlotTable.open(folder / f"rolling-{slots}.counts", slots // 4, counting.ROLLING_FIELDS),
            SlotTable.open(folder / f"passes-{slots}.counts", slots, counting.PASS_FIELDS),
        )

    def close(self) -> None:
        self._windows.close()
        self._rolling.close()
        self._passes.close()

    def take(self, key: str, weight: int, limit: int | None, window: Window, now_ms: int) -> Count:
        return self._windows.take(key, weight, limit, window, now_ms)

    def take_rolling(self, key: str, weight: int, limit: int | None, length_ms: int, now_ms: int) -> Count:
        return self._rolling.update(key, now_ms, counting.take_rolling, weight, limit, length_ms, now_ms)

    def try_pass(self, key: str, gap_us: int, now_us: int) -> bool:
        return self._passes.update(key, now_us, counting.try_pass, gap_us, now_us)
