"""The data folder: where its files lie, and the lock that keeps two servers out of one folder."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class FolderInUse(Exception):
    """Another server works in the folder, or it cannot be used; the text says which."""


class DataFolder:
    """The paths of everything that a server keeps."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def database(self) -> Path:
        return self.path / "gatewright.db"

    @property
    def key_file(self) -> Path:
        return self.path / "secret.key"

    @property
    def certificate(self) -> Path:
        """The gateway's certificate and its key, PEM."""
        return self.path / "tls.pem"

    @property
    def counters(self) -> Path:
        return self.path / "counters"

    @contextmanager
    def claim(self) -> Iterator[None]:
        """Make the folder, readable by its owner alone, and hold it until the end. Raises FolderInUse."""
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise FolderInUse(
                f"cannot use the data folder {self.path}: {error.strerror}; choose another with --data"
            ) from None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(descriptor)
            raise FolderInUse(
                f"another server is using the data folder {self.path}; stop it or choose another with --data"
            ) from None
        try:
            yield
        finally:
            os.close(descriptor)
