"""`gatewright serve`: prepares the data folder, then keeps a control process and N workers alive."""

import asyncio
import contextlib
import errno
import multiprocessing
import os
import signal
import socket
import sys
from collections.abc import Callable, Iterator

from gatewright.config import Settings
from gatewright.gateway import control, worker
from gatewright.gateway.announce import announce_when_ready
from gatewright.gateway.banner import banner, first_login, reachable
from gatewright.gateway.folder import DataFolder, FolderInUse
from gatewright.gateway.prepare import prepare
from gatewright.gateway.prepared import Prepared
from gatewright.gateway.processes import Child, Family
from gatewright.gateway.redirects import redirects
from gatewright.gateway.tls import UnusableCertificate
from gatewright.logs import log_to_stderr
from gatewright.services.resolve import InvalidRedirect
from gatewright.store import StoreFailure

DRAIN_S = 35.0
"""How long children may take to finish what they have accepted; a little longer than their own drain."""


class StartFailed(Exception):
    """The server cannot start; the text says why and what to do."""


def serve(settings: Settings, say: Callable[[str], None] | None = None) -> int:
    """Serve until SIGTERM or SIGINT. Returns the exit code: 0 after a drain, 2 when it cannot start."""
    log_to_stderr("supervisor")
    stop = Stop()
    stop.listen()
    try:
        _refuse_roles(settings)
        with DataFolder(settings.data).claim():
            _run(settings, stop, say or _to_stdout)
    except (StartFailed, FolderInUse, StoreFailure, InvalidRedirect, UnusableCertificate) as failure:
        sys.stderr.write(f"gatewright: {failure}\n")
        return 2
    return 0


def _refuse_roles(settings: Settings) -> None:
    """A part alone would wait for the others for ever: they cannot share an embedded database."""
    if settings.role != "all":
        raise StartFailed(
            f"--role {settings.role} needs a database that several machines share, and this version has none "
            "yet; leave the role at all"
        )


class Stop:
    """Set by the first SIGTERM or SIGINT; wakes the supervisor's wait."""

    def __init__(self) -> None:
        self.wake, self._waker = multiprocessing.Pipe(duplex=False)
        self.is_set = False

    def listen(self) -> None:
        signal.signal(signal.SIGTERM, self._signalled)
        signal.signal(signal.SIGINT, self._signalled)

    def _signalled(self, number: int, frame: object) -> None:
        del number, frame
        if not self.is_set:
            self.is_set = True
            self._waker.send_bytes(b"stop")


class Sockets:
    """The ports that must be ours before anything starts: taken ones are a clear error, not a crash loop."""

    def __init__(self, management: socket.socket, stand_ins: socket.socket | None) -> None:
        self.management = management
        self.stand_ins = stand_ins

    @classmethod
    def bind(cls, settings: Settings) -> "Sockets":
        """Raises StartFailed, naming the port and its setting."""
        with contextlib.ExitStack() as tried:
            for name in ("http_port", "https_port"):  # held until all are known to be free, and different
                tried.enter_context(_bind(settings.host, getattr(settings, name), name))
            management = _bind(settings.host, settings.management_port, "management_port")
            stand_ins = _bind("127.0.0.1", 0, "stand-ins") if settings.samples else None
        return cls(management, stand_ins)

    def close(self) -> None:
        self.management.close()
        if self.stand_ins is not None:
            self.stand_ins.close()

    @property
    def stand_in_port(self) -> int | None:
        return None if self.stand_ins is None else int(self.stand_ins.getsockname()[1])


def _bind(host: str, port: int, name: str) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(128)
    except OSError as error:
        listener.close()
        raise StartFailed(
            f"cannot listen on {host} port {port} ({error.strerror}); {_remedy(error, name)}"
        ) from None
    return listener


def _remedy(error: OSError, name: str) -> str:
    flag = "--" + name.replace("_", "-")
    if error.errno == errno.EADDRINUSE:
        return f"free it or choose another with {flag}"
    if error.errno == errno.EACCES:
        return f"choose another with {flag}"
    return "choose an address of this machine with --host"


def _run(settings: Settings, stop: Stop, say: Callable[[str], None]) -> None:
    redirects(settings, None)  # refuses what no worker could use
    with contextlib.closing(Sockets.bind(settings)) as sockets:
        prepared = _prepared(settings, sockets, say)
        family = Family(stop.wake)
        for child in _children(settings, sockets, prepared):
            family.add(child)
        text = banner(settings, prepared)
        announce_when_ready(reachable(settings.host), settings.management_port, text, say)
        family.watch(until=lambda: stop.is_set)
        family.stop(DRAIN_S)


def _children(settings: Settings, sockets: Sockets, prepared: Prepared) -> Iterator[Child]:
    serves = (settings, prepared, sockets.management, sockets.stand_ins, settings.workers)
    yield Child("control", control.main, serves)
    for number in range(1, settings.workers + 1):
        yield Child(f"worker-{number}", worker.main, (settings, prepared, number))


def _prepared(settings: Settings, sockets: Sockets, say: Callable[[str], None]) -> Prepared:
    def tell_password(password: str) -> None:
        say(first_login(settings, password))

    try:
        return asyncio.run(prepare(settings, sockets.stand_in_port, tell_password))
    except OSError as error:
        raise StartFailed(f"cannot use the data folder {settings.data}: {error}") from None


def _to_stdout(text: str) -> None:
    sys.stdout.write(text + os.linesep)
    sys.stdout.flush()
