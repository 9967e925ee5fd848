"""Counts per window that hardly ever wait for each other, and never pass more than the limit.

A key has a record, which is written under the lock of its set, and beside it a cell for each process, which
only that process writes. What the key has used in a window is what the record holds and what the cells of
that window hold. A process mostly needs its cell alone: it adds the call, then looks at all the others, and
the call has passed when the sum is within the limit. Whoever finds it is not takes the call back and tries
again under the lock, in the record.

Everybody writes before he reads. So of the calls that passed, the one that was written last has seen all the
others: their sum is within the limit. Cells of other windows are as good as empty.
"""

import struct
import threading
from pathlib import Path
from typing import Self

from gatewright.engine.ports import Count, Window
from gatewright.services.memory import counting, members
from gatewright.services.memory.members import Members
from gatewright.services.memory.slots import Held, Record, SlotTable, Spot

_RECORD = struct.Struct(f"<{counting.WINDOW_FIELDS}q")
_CELL = struct.Struct("<3q")
"""(start_ms, expires_at_ms, used), read and written in this order."""
_NUMBER = struct.Struct("<q")
_USED_AT = 16


class WindowTable:
    """One per process. The file is shared by the processes of one machine."""

    __slots__ = ("_cells", "_ever", "_in_process", "_mapped", "_members", "_own_at", "_table")

    def __init__(self, table: SlotTable, processes: Members) -> None:
        self._table = table
        self._mapped = table.mapped
        self._members = processes
        self._own_at = _cell_at(processes.number) if processes.number is not None else None
        self._ever = b""
        self._cells: list[int] = []  # of the processes that there have ever been
        self._in_process = threading.Lock()

    @classmethod
    def open(cls, folder: Path, slots: int) -> Self:
        """Open or make the files. Raises OSError."""
        name = f"windows-{slots}-{members.AT_MOST}"
        table = SlotTable.open(
            folder / f"{name}.counts", slots, counting.WINDOW_FIELDS, 3 * members.AT_MOST, _worth
        )
        return cls(table, Members.open(folder / f"{name}.members"))

    def close(self) -> None:
        self._table.close()
        self._members.close()

    def take(self, key: str, weight: int, limit: int | None, window: Window, now_ms: int) -> Count:
        """See engine.ports.Counters."""
        spot = self._table.spot(key)
        if self._own_at is not None and self._table.is_at(spot):
            count = self._take_alone(spot, self._own_at, weight, limit, window)
            if count is not None:
                return count
        return self._take_locked(spot, weight, limit, window, now_ms)

    def _take_alone(
        self, spot: Spot, own_at: int, weight: int, limit: int | None, window: Window
    ) -> Count | None:
        """Count in this process's cell; None where that does not settle it."""
        mapped, at = self._mapped, spot.record_at
        ends, _, start, _, _ = _RECORD.unpack_from(mapped, at)
        if start != window.start_ms or ends - start != window.length_ms:
            return None
        own_at += at
        # Besides parting threads, the lock keeps what is read below from being read before this is written.
        with self._in_process:
            own_start, own_ends, own = _CELL.unpack_from(mapped, own_at)
            if own_start != start or own_ends != ends:
                own = 0
                self._write_used(own_at, 0)
                mapped[own_at : own_at + _CELL.size] = _CELL.pack(start, ends, 0)
            own += weight
            self._write_used(own_at, own)
        now_ends, used, now_start, refused, total_refused = _RECORD.unpack_from(mapped, at)
        used += own + self._elsewhere(at, start, ends, own_at)
        if (limit is None or used <= limit) and now_start == start and now_ends == ends:
            return Count(True, used, refused, total_refused, ends)
        with self._in_process:
            _, _, own = _CELL.unpack_from(mapped, own_at)
            self._write_used(own_at, own - weight)
        return None

    def _write_used(self, cell_at: int, used: int) -> None:
        """Eight aligned bytes, copied at once: others see the number before or the one after."""
        self._mapped[cell_at + _USED_AT : cell_at + _CELL.size] = _NUMBER.pack(used)

    def _take_locked(self, spot: Spot, weight: int, limit: int | None, window: Window, now_ms: int) -> Count:
        """Count in the record, and count refusals."""
        with self._table.held(spot, now_ms) as held:
            before = held.read()
            after, count = counting.take(before, weight, None, window, now_ms)
            if after is not before:
                with self._in_process:  # as in _take_alone: what is read below is read after this is written
                    _write(held, before, after)
            ends = count.expires_at_ms
            elsewhere = self._elsewhere(spot.record_at, ends - window.length_ms, ends) if held.is_there else 0
            settled, count = counting.take(before, weight, limit, window, now_ms, elsewhere)
            if settled != after:
                held.write(settled)
            return count

    def _elsewhere(self, record_at: int, start: int, ends: int, own_at: int = 0) -> int:
        """What the cells of other processes hold of that window."""
        ever = self._members.ever()
        if ever != self._ever:
            self._ever = ever
            self._cells = [_cell_at(number) for number, was_had in enumerate(ever) if was_had]
        used = 0
        for cell_at in self._cells:
            at = record_at + cell_at
            if at != own_at:
                cell_start, cell_ends, cell_used = _CELL.unpack_from(self._mapped, at)
                if cell_start == start and cell_ends == ends:
                    used += cell_used
        return used


def _write(held: Held, before: Record, after: Record) -> None:
    """Of two windows no reader may see the numbers mixed: in between the record is of none."""
    if before[2] != after[2]:
        held.write((*before[:2], 0, *before[3:]))
        held.write((*after[:2], 0, *after[3:]))
    held.write(after)


def _cell_at(number: int) -> int:
    """Where the process's cell begins, from the record on."""
    return _RECORD.size + number * _CELL.size


def _worth(record: Record, cells: Record) -> int:
    ends, used, start = record[:3]
    triples = zip(cells[::3], cells[1::3], cells[2::3], strict=True)
    return used + sum(own for own_start, own_ends, own in triples if (own_start, own_ends) == (start, ends))
