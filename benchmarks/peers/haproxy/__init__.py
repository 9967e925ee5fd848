"""HAProxy forwarding and doing nothing else."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmarks.contest import HAPROXY, Entry, Peer, Rig, fill
from benchmarks.install import debian, find, version_of
from benchmarks.processes import free_ports, pinned, wait_for_port

_HERE = Path(__file__).parent


def _program() -> str:
    return find("haproxy") or "haproxy"


def _install() -> str:
    debian("bench-haproxy", "haproxy")
    return version_of([_program(), "-v"])


@contextmanager
def _start(rig: Rig, works: str) -> Iterator[Sequence[Entry]]:
    (port,) = free_ports(1)
    values = {"port": port, "upstream": rig.upstream}
    configuration = fill(_HERE / "haproxy.cfg", values, rig.folder / "haproxy.cfg")
    log = rig.folder / "output.log"
    with pinned([_program(), "-db", "-f", str(configuration)], rig.core, log) as pid:
        wait_for_port(port, pid, log)
        yield [Entry(work, HAPROXY, pid, f"http://127.0.0.1:{port}") for work in works]


PEER = Peer(
    name=HAPROXY,
    works="a",
    differs="No routing by base path, no record of the call.",
    install=_install,
    start=_start,
)
