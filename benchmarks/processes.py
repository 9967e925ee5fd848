"""Processes pinned to a core: started, waited for, measured with all their children, and ended."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

_TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
_START_TIMEOUT_S = 60
_STOP_TIMEOUT_S = 15
_LISTEN = "0A"
"""The state of a listening socket in /proc/net/tcp (proc(5))."""


@contextmanager
def pinned(
    command: Sequence[str],
    core: int,
    log: Path,
    environ: Mapping[str, str] | None = None,
    folder: Path | None = None,
) -> Iterator[int]:
    """Run the command on that core until the block ends; gives its process id. Its output goes to the log."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            ["taskset", "-c", str(core), *command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env={**os.environ, **(environ or {})},
            cwd=folder,
            start_new_session=True,
        )
    try:
        yield process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(_STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def cores() -> tuple[int, int]:
    """The contestants' core, and that of wrk and the upstream."""
    usable = sorted(os.sched_getaffinity(0))
    return usable[0], usable[-1]


def pin(core: int) -> None:
    """Run on that core alone from now on, so that whoever is measured has the other."""
    os.sched_setaffinity(0, {core})


def free_ports(count: int) -> list[int]:
    """Ports of the loopback address that nobody listens on now."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def wait_for_port(port: int, pid: int, log: Path) -> None:
    """Return when the process or a descendant accepts on the port, and nobody else listens there.

    Raises RuntimeError with the log's end when nothing does, and when another does too: with SO_REUSEPORT two
    contestants would share the calls of one.
    """
    deadline = time.monotonic() + _START_TIMEOUT_S
    while time.monotonic() < deadline and _is_alive(pid):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            _refuse_strangers(port, pid)
            return
    raise RuntimeError(f"nothing listens on port {port}; {log} ends with:\n{log.read_text()[-2000:]}")


def _is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def _refuse_strangers(port: int, pid: int) -> None:
    own = {inode for one in _tree(pid) for inode in _sockets(one)}
    strangers = _listeners(port) - own
    if strangers:
        raise RuntimeError(f"port {port} is listened on by another process than {pid} and its children")


def _listeners(port: int) -> set[str]:
    """The inodes of the sockets that listen on the port."""
    rows = [
        line.split()
        for name in ("tcp", "tcp6")
        if Path(f"/proc/net/{name}").exists()
        for line in Path(f"/proc/net/{name}").read_text().splitlines()[1:]
    ]
    return {row[9] for row in rows if row[3] == _LISTEN and int(row[1].rpartition(":")[2], 16) == port}


def _sockets(pid: int) -> Iterator[str]:
    for descriptor in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):
            target = str(descriptor.readlink())
            if target.startswith("socket:["):
                yield target[8:-1]


def cpu_seconds(pid: int) -> dict[int, float]:
    """Processor time used so far by the process and each of its descendants (proc(5): stat, children)."""
    return {one: _own_ticks(one) / _TICKS_PER_SECOND for one in _tree(pid)}


def tree_mb(pid: int) -> float:
    """Proportional memory (PSS) of the process and its descendants: shared pages are counted once."""
    return sum(_field_kb(one, "Pss:") for one in _tree(pid)) / 1024


def process_mb(pid: int) -> float:
    """Resident memory (RSS) of that process alone, with the pages that it shares."""
    return _field_kb(pid, "Rss:") / 1024


def memory_mb(pid: int) -> Mapping[str, float]:
    """The memory of that process alone: Rss, Pss, and what no other process shares with it (proc(5))."""
    private = _field_kb(pid, "Private_Clean:") + _field_kb(pid, "Private_Dirty:")
    return {
        "rss": process_mb(pid),
        "pss": _field_kb(pid, "Pss:") / 1024,
        "private": private / 1024,
    }


def descriptors(pid: int) -> int:
    """How many files and sockets the process holds open."""
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


def listener(port: int, pid: int) -> int:
    """Which of the process and its descendants listens on the port. Raises RuntimeError when none does."""
    inodes = _listeners(port)
    for one in _tree(pid):
        if inodes & set(_sockets(one)):
            return one
    raise RuntimeError(f"neither {pid} nor a child of it listens on port {port}")


def _tree(pid: int) -> Iterator[int]:
    yield pid
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            yield from _tree(int(child))


def _own_ticks(pid: int) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])  # utime, stime


def _field_kb(pid: int, name: str) -> int:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith(name):
            return int(line.split()[1])
    return 0
