"""The key file of a data folder: 32 random bytes as hex, readable by their owner alone."""

import contextlib
import os
import secrets
import stat
from pathlib import Path

from gatewright.store.failures import WrongKey
from gatewright.store.vault import KEY_BYTES


def read_or_create_key(path: Path) -> bytes:
    """The key in that file, made at first use. Raises WrongKey for an unsafe or unreadable file.

    Several processes may do this at once: a complete file appears under its name or none does.
    """
    with contextlib.suppress(FileExistsError):
        if not path.exists():
            _create(path)
    return _read(path)


def parse_key(text: str) -> bytes:
    """A key from its 64 hexadecimal digits. Raises WrongKey."""
    try:
        key = bytes.fromhex(text.strip())
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise WrongKey(f"an encryption key is written as {2 * KEY_BYTES} hexadecimal digits")
    return key


def _create(path: Path) -> None:
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_hex(KEY_BYTES) + "\n")
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)  # fails when another process was first, and then its key counts
        _sync_folder(path.parent)
    finally:
        draft.unlink()


def _read(path: Path) -> bytes:
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        raise WrongKey(f"{path} may be read by others (mode {mode:o}): chmod 600 it")
    try:
        return parse_key(path.read_text("ascii"))
    except (WrongKey, UnicodeDecodeError):
        raise WrongKey(f"{path} does not hold a key of {2 * KEY_BYTES} hexadecimal digits") from None


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
