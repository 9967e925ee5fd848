"""Which of the processes that share a folder this one is: a number that no other has at the same time."""

import fcntl
import mmap
import os
from pathlib import Path
from typing import Self

AT_MOST = 8
"""Numbers to go round. A process beyond them has none."""


class Members:
    """One per process and file, kept as long as the process counts: its number is freed by the kernel when it
    ends, however it ends."""

    __slots__ = ("_file", "_mapped", "number")

    def __init__(self, file: int, mapped: mmap.mmap, number: int | None) -> None:
        self._file = file
        self._mapped = mapped
        self.number = number

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open or make the file and take the lowest free number. Raises OSError."""
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            os.ftruncate(file, AT_MOST)
            mapped = mmap.mmap(file, AT_MOST)
            number = _free_number(file)
        except OSError:
            os.close(file)
            raise
        if number is not None:
            mapped[number] = 1
        return cls(file, mapped, number)

    def close(self) -> None:
        self._mapped.close()
        os.close(self._file)

    def ever(self) -> bytes:
        """By number, 1 if some process has ever had it."""
        return self._mapped[:]


def _free_number(file: int) -> int | None:
    for number in range(AT_MOST):
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, number)
        except BlockingIOError:
            continue
        return number
    return None
