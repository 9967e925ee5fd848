"""nginx: the upstream that everybody forwards to, and the peer that forwards and does nothing else."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmarks.contest import NGINX, Entry, Peer, Rig, fill
from benchmarks.install import debian, version_of
from benchmarks.processes import free_ports, pinned, wait_for_port

PROGRAM = "/usr/sbin/nginx"
_HERE = Path(__file__).parent


def answer_of_1000_bytes() -> str:
    """The JSON that the upstream answers."""
    item = {"id": 17, "name": "Palo Alto", "tags": ["sunny", "dry"], "high": 57, "low": 33}
    items: list[object] = []
    while len(json.dumps({"items": [*items, item]})) < 980:
        items.append(item)
    text = json.dumps({"items": items, "pad": ""})
    return text.replace('"pad": ""', f'"pad": "{"x" * (1000 - len(text))}"')


@contextmanager
def upstream(folder: Path, core: int) -> Iterator[int]:
    """What everybody forwards to; gives its port."""
    (port,) = free_ports(1)
    site = fill(
        _HERE / "upstream.conf", {"port": port, "answer": answer_of_1000_bytes()}, folder / "site.conf"
    )
    with running(folder, site, port, core):
        yield port


@contextmanager
def running(folder: Path, site: Path, port: int, core: int, modules: str = "") -> Iterator[int]:
    """One nginx worker with that site on that port; gives the master's process id."""
    values = {"folder": folder, "site": site, "modules": modules}
    configuration = fill(_HERE / "common.conf", values, folder / "nginx.conf")
    log = folder / "output.log"
    command = [PROGRAM, "-e", str(folder / "error.log"), "-c", str(configuration)]
    with pinned(command, core, log) as pid:
        wait_for_port(port, pid, log)
        yield pid


def _install() -> str:
    debian("bench", PROGRAM)
    return version_of([PROGRAM, "-v"])


@contextmanager
def _start(rig: Rig, works: str) -> Iterator[Sequence[Entry]]:
    (port,) = free_ports(1)
    site = fill(_HERE / "pass.conf", {"port": port, "upstream": rig.upstream}, rig.folder / "site.conf")
    with running(rig.folder, site, port, rig.core) as pid:
        yield [Entry(work, NGINX, pid, f"http://127.0.0.1:{port}") for work in works]


PEER = Peer(
    name=NGINX,
    works="a",
    differs="No routing by base path, no record of the call, no limits of its own; buffers the answer.",
    install=_install,
    start=_start,
)
