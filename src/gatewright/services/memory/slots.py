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


class _Spot:
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
    the one that is worth least.
    """

    __slots__ = ("_bytes", "_file", "_in_process", "_record", "_set_size", "_sets", "_spots", "_zeros")

    def __init__(self, file: int, mapped: mmap.mmap, sets: int, fields: int) -> None:
        self._file = file
        self._bytes = mapped
        self._sets = sets
        self._record = struct.Struct(f"<{fields}q")
        self._zeros: Record = (0,) * fields
        self._set_size = _set_size(self._record.size)
        self._spots: dict[str, _Spot] = {}
        self._in_process = threading.Lock()  # fcntl's locks do not part the threads of one process

    @classmethod
    def open(cls, path: Path, slots: int, fields: int) -> Self:
        """Open or make the file. Its size follows from the two numbers, which must be part of its name.

        Raises OSError; the space is reserved, since a full disk would end a process that writes to the map.
        """
        sets = max(1, slots // _SLOTS_PER_SET)
        size = sets * _set_size(8 * fields)
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            _reserve(file, size)
            return cls(file, mmap.mmap(file, size), sets, fields)
        except OSError:
            os.close(file)
            raise

    def close(self) -> None:
        self._bytes.close()
        os.close(self._file)

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
        spot = self._spots.get(key) or self._spot_of(key)
        with self._in_process:
            fcntl.lockf(self._file, fcntl.LOCK_EX, 1, spot.number)
            try:
                is_there = self._is_at(spot)
                old = self._record.unpack_from(self._bytes, spot.record_at) if is_there else self._zeros
                record, result = change(old, *args, **kwargs)
                if record is not old:
                    if not is_there:
                        self._claim(spot, self._victim(spot.start, now))
                    self._record.pack_into(self._bytes, spot.record_at, *record)
                    if not is_there:
                        self._bytes[spot.digest_at : spot.digest_at + _DIGEST] = spot.digest
                return result
            finally:
                fcntl.lockf(self._file, fcntl.LOCK_UN, 1, spot.number)

    def _spot_of(self, key: str) -> "_Spot":
        digest = blake2b(key.encode(), digest_size=_DIGEST).digest()
        number = int.from_bytes(digest[:8], "little") % self._sets
        spot = _Spot(digest, number, number * self._set_size)
        if len(self._spots) >= _SPOTS_REMEMBERED:
            self._spots.clear()
        self._spots[key] = spot
        return spot

    def _is_at(self, spot: "_Spot") -> bool:
        """Whether the key has a record, which mostly is where it was the last time."""
        at = spot.digest_at
        if self._bytes[at : at + _DIGEST] == spot.digest:
            return True
        slot = self._find(spot.digest, spot.start)
        if slot is None:
            return False
        self._point(spot, slot)
        return True

    def _find(self, digest: bytes, start: int) -> int | None:
        digests = self._bytes[start : start + _SLOTS_PER_SET * _DIGEST]
        at = digests.find(digest)
        while at > 0 and at % _DIGEST:
            at = digests.find(digest, at + 1)
        return None if at < 0 else at // _DIGEST

    def _victim(self, start: int, now: int) -> int:
        """The slot to reuse. One that was never used has a record of zeros, meaningless for longest."""

        def rank(slot: int) -> tuple[bool, int]:
            ends, worth, *_ = self._read(start, slot)
            return (True, worth) if ends > now else (False, ends)

        return min(range(_SLOTS_PER_SET), key=rank)

    def _claim(self, spot: "_Spot", slot: int) -> None:
        """Take the slot from whoever had it."""
        self._point(spot, slot)
        self._bytes[spot.digest_at : spot.digest_at + _DIGEST] = _NO_DIGEST

    def _point(self, spot: "_Spot", slot: int) -> None:
        spot.digest_at = spot.start + slot * _DIGEST
        spot.record_at = self._record_at(spot.start, slot)

    def _read(self, start: int, slot: int) -> Record:
        return self._record.unpack_from(self._bytes, self._record_at(start, slot))

    def _record_at(self, start: int, slot: int) -> int:
        return start + _SLOTS_PER_SET * _DIGEST + slot * self._record.size


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
