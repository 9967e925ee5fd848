"""A fixed-size table of small records in a file that the processes of one machine map and share.

A key's digest picks a set of slots; a lock on one byte of the file guards each set. The kernel frees the lock
when its holder dies, so a killed worker blocks nobody. Records are made of signed 64-bit numbers, written
whole, and the digest of a new key last: a worker killed between the two leaves a free slot.
"""

import errno
import fcntl
import mmap
import os
import struct
import threading
from collections.abc import Callable
from hashlib import blake2b
from pathlib import Path
from typing import Concatenate, ParamSpec, Self, TypeAlias, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

Record: TypeAlias = tuple[int, ...]
"""Numbers whose meaning the caller knows, but for the first two: from when on the record means nothing, and
what it is worth. All 0 for a key that has no record."""

_SLOTS_PER_SET = 16
_DIGEST = 16
_NO_DIGEST = bytes(_DIGEST)
_SPOTS_REMEMBERED = 10_000


Worth: TypeAlias = Callable[[Record, Record], int]
"""What a key's record is worth, given it and the numbers beside it."""


class Spot:
    """Where a key's set is, and where in it the key's record was the last time. Mutable."""

    __slots__ = ("digest", "digest_at", "number", "record_at", "start")

    def __init__(self, digest: bytes, number: int, start: int) -> None:
        self.digest = digest
        self.number = number
        self.start = start
        self.digest_at = start  # a guess like any other: it is looked at before it is believed
        self.record_at = start + _SLOTS_PER_SET * _DIGEST


class SlotTable:
    """Records by key. Open one table per process and file, and keep it: closing any descriptor of a file
    drops all the locks that the process holds on it (fcntl(2)).

    When a key's set is full, the record that has meant nothing for longest gives way; where all still count,
    the one that is worth least. `beside` is how many numbers more there are with each record: zeros in a new
    one, and nothing of this table's. `mapped` is the file.
    """

    __slots__ = (
        "_beside",
        "_file",
        "_in_process",
        "_record",
        "_record_size",
        "_set_size",
        "_sets",
        "_spots",
        "_worth",
        "_zeros",
        "mapped",
    )

    def __init__(
        self, file: int, mapped: mmap.mmap, sets: int, fields: int, beside: int, worth: Worth
    ) -> None:
        self._file = file
        self.mapped = mapped
        self._sets = sets
        self._record = struct.Struct(f"<{fields}q")
        self._beside = struct.Struct(f"<{beside}q")
        self._record_size = self._record.size + self._beside.size
        self._zeros: Record = (0,) * fields
        self._set_size = _set_size(self._record_size)
        self._worth = worth
        self._spots: dict[str, Spot] = {}
        self._in_process = threading.Lock()  # fcntl's locks do not part the threads of one process

    @classmethod
    def open(
        cls,
        path: Path,
        slots: int,
        fields: int,
        beside: int = 0,
        worth: Worth = lambda record, _: record[1],
    ) -> Self:
        """Open or make the file. Its size follows from the three numbers, which must be part of its name.

        Raises OSError; the space is reserved, since a full disk would end a process that writes to the map.
        """
        sets = max(1, slots // _SLOTS_PER_SET)
        size = sets * _set_size(8 * (fields + beside))
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            _reserve(file, size)
            return cls(file, mmap.mmap(file, size), sets, fields, beside, worth)
        except OSError:
            os.close(file)
            raise

    def close(self) -> None:
        self.mapped.close()
        os.close(self._file)

    def spot(self, key: str) -> Spot:
        """Where the key's record is looked for."""
        return self._spots.get(key) or self._new_spot(key)

    def is_at(self, spot: Spot) -> bool:
        """Whether the key has a record at `spot.record_at`, as it has when it was used lately."""
        at = spot.digest_at
        return self.mapped[at : at + _DIGEST] == spot.digest

    def update(
        self,
        key: str,
        now: int,
        change: Callable[Concatenate[Record, P], tuple[Record, T]],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Replace the key's record by the one that `change` makes of it, alone among all processes.

        `change` is called with the record and the further arguments. Returns what it returns beside the
        record. `now` tells which records mean nothing any more. `change` must be quick and must not wait;
        when it returns its argument nothing is written.
        """
        with self.held(self.spot(key), now) as held:
            old = held.read()
            record, result = change(old, *args, **kwargs)
            if record is not old:
                held.write(record)
            return result

    def held(self, spot: Spot, now: int) -> "Held":
        """The key's record, to be used in a `with`: nobody else reads or writes it meanwhile. Be quick."""
        return Held(self, spot, now)

    def lock(self, spot: Spot) -> None:
        """Raises OSError, and holds nothing then."""
        self._in_process.acquire()
        try:
            fcntl.lockf(self._file, fcntl.LOCK_EX, 1, spot.number)
        except BaseException:
            self._in_process.release()
            raise

    def unlock(self, spot: Spot) -> None:
        try:
            fcntl.lockf(self._file, fcntl.LOCK_UN, 1, spot.number)
        finally:
            self._in_process.release()

    def read(self, spot: Spot) -> Record | None:
        """The record, which mostly is where it was the last time; None when there is none."""
        if not self.is_at(spot):
            slot = self._find(spot.digest, spot.start)
            if slot is None:
                return None
            self._point(spot, slot)
        return self._record.unpack_from(self.mapped, spot.record_at)

    def write(self, spot: Spot, record: Record) -> None:
        """Write where the record is.

        Not by `pack_into`: it fills the place with zeros first, which others may read, or a killed process
        leave behind.
        """
        self.mapped[spot.record_at : spot.record_at + self._record.size] = self._record.pack(*record)

    def write_new(self, spot: Spot, record: Record, now: int) -> None:
        """Write where there is room, the digest last."""
        self._point(spot, self._victim(spot.start, now))
        self.mapped[spot.digest_at : spot.digest_at + _DIGEST] = _NO_DIGEST
        self.write(spot, record)
        beside = spot.record_at + self._record.size
        self.mapped[beside : beside + self._beside.size] = bytes(self._beside.size)
        self.mapped[spot.digest_at : spot.digest_at + _DIGEST] = spot.digest

    @property
    def zeros(self) -> Record:
        """What a key without a record has."""
        return self._zeros

    def _new_spot(self, key: str) -> Spot:
        digest = blake2b(key.encode(), digest_size=_DIGEST).digest()
        number = int.from_bytes(digest[:8], "little") % self._sets
        spot = Spot(digest, number, number * self._set_size)
        if len(self._spots) >= _SPOTS_REMEMBERED:
            self._spots.clear()
        self._spots[key] = spot
        return spot

    def _find(self, digest: bytes, start: int) -> int | None:
        digests = self.mapped[start : start + _SLOTS_PER_SET * _DIGEST]
        at = digests.find(digest)
        while at > 0 and at % _DIGEST:
            at = digests.find(digest, at + 1)
        return None if at < 0 else at // _DIGEST

    def _victim(self, start: int, now: int) -> int:
        """The slot to reuse. One that was never used has a record of zeros, meaningless for longest."""

        def rank(slot: int) -> tuple[bool, int]:
            at = self._record_at(start, slot)
            record = self._record.unpack_from(self.mapped, at)
            if record[0] <= now:
                return False, record[0]
            return True, self._worth(record, self._beside.unpack_from(self.mapped, at + self._record.size))

        return min(range(_SLOTS_PER_SET), key=rank)

    def _point(self, spot: Spot, slot: int) -> None:
        spot.digest_at = spot.start + slot * _DIGEST
        spot.record_at = self._record_at(spot.start, slot)

    def _record_at(self, start: int, slot: int) -> int:
        return start + _SLOTS_PER_SET * _DIGEST + slot * self._record_size


class Held:
    """A key's record while its set is locked; see SlotTable.held. Mutable."""

    __slots__ = ("_now", "_spot", "_table", "is_there")

    def __init__(self, table: SlotTable, spot: Spot, now: int) -> None:
        self._table = table
        self._spot = spot
        self._now = now
        self.is_there = False

    def __enter__(self) -> Self:
        self._table.lock(self._spot)
        return self

    def __exit__(self, *_: object) -> None:
        self._table.unlock(self._spot)

    def read(self) -> Record:
        found = self._table.read(self._spot)
        self.is_there = found is not None
        return self._table.zeros if found is None else found

    def write(self, record: Record) -> None:
        """Call `read` before."""
        if self.is_there:
            self._table.write(self._spot, record)
        else:
            self._table.write_new(self._spot, record, self._now)
            self.is_there = True


def _set_size(record: int) -> int:
    return _SLOTS_PER_SET * (_DIGEST + record)


def _reserve(file: int, size: int) -> None:
    if hasattr(os, "posix_fallocate"):  # macOS has none
        try:
            os.posix_fallocate(file, 0, size)
        except OSError as error:
            if error.errno not in (errno.EOPNOTSUPP, errno.EINVAL):  # file systems that cannot reserve
                raise
        else:
            return
    os.ftruncate(file, size)
