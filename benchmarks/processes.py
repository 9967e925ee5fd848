"""Processes pinned to a core: started, waited for, measured with all their children, and ended."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

_TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
_START_TIMEOUT_S = 60
_STOP_TIMEOUT_S = 15


@contextmanager
def pinned(
    command: Sequence[str], core: int, log: Path, environ: Mapping[str, str] | None = None
) -> Iterator[int]:
    """Run the command on that core until the block ends; gives its process id. Its output goes to the log."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            ["taskset", "-c", str(core), *command],
            stdout=output,
            stderr=output,
            env={**os.environ, **(environ or {})},
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


def free_ports(count: int) -> list[int]:
    """Ports of the loopback address that nobody listens on now."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def wait_for_port(port: int, log: Path) -> None:
    """Return when something accepts on the port; raises RuntimeError with the log's end if nothing does."""
    deadline = time.monotonic() + _START_TIMEOUT_S
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"nothing listens on port {port}; {log} ends with:\n{log.read_text()[-2000:]}")


def cpu_seconds(pid: int) -> float:
    """Processor time used so far by the process and all its descendants (proc(5): stat, children)."""
    return sum(_own_ticks(one) for one in _tree(pid)) / _TICKS_PER_SECOND


def resident_mb(pid: int) -> float:
    """Proportional memory of the process and its descendants: shared pages are counted once."""
    return sum(_pss_kb(one) for one in _tree(pid)) / 1024


def _tree(pid: int) -> Iterator[int]:
    yield pid
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            yield from _tree(int(child))


def _own_ticks(pid: int) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])  # utime, stime


def _pss_kb(pid: int) -> int:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1])
    return 0
