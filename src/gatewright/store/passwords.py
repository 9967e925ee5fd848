"""Passwords of people: kept as Argon2id hashes, checked without telling which accounts exist."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_AT_ONCE = 2
"""Hashing is meant to be dear (some 40 ms and 19 MB each); more at once would starve everything else."""


class Passwords:
    """Hashes and checks on threads of its own. Parameters: OWASP's Password Storage Cheat Sheet, Argon2id."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
        self._nobody = self._hasher.hash("")
        self._threads = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="passwords")

    async def hash(self, password: str) -> str:
        """A hash with its salt and parameters in it."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._hasher.hash, password)

    async def matches(self, password_hash: str | None, password: str) -> bool:
        """Whether it is the password; None, for nobody's, takes as long and is false."""
        is_password = await asyncio.get_running_loop().run_in_executor(
            self._threads, self._verify, password_hash or self._nobody, password
        )
        return is_password and password_hash is not None

    def close(self) -> None:
        self._threads.shutdown()

    def _verify(self, password_hash: str, password: str) -> bool:
        try:
            return self._hasher.verify(password_hash, password)
        except (VerificationError, InvalidHashError):
            return False
