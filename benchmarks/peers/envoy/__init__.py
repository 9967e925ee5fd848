"""Envoy forwarding, and Envoy with Lua doing work (b) by hand."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmarks.contest import APP, ENVOY, TOKEN, Entry, Peer, Rig, fill
from benchmarks.install import version_of, wheels
from benchmarks.processes import free_ports, pinned, wait_for_port

_HERE = Path(__file__).parent


def _program() -> str:
    return str(wheels("envoy") / "envoy" / "_bin" / "envoy")


def _install() -> str:
    return version_of([_program(), "--version"]).rpartition("version: ")[2]


@contextmanager
def _start(rig: Rig, works: str) -> Iterator[Sequence[Entry]]:
    (port,) = free_ports(1)
    gate = fill(_HERE / "gate.lua", {"token": TOKEN, "app": APP}, rig.folder / "gate.lua")
    values = {"port": port, "upstream": rig.upstream, "gate": gate}
    configuration = fill(_HERE / "envoy.yaml", values, rig.folder / "envoy.yaml")
    log = rig.folder / "output.log"
    command = [_program(), "--config-path", str(configuration), "--concurrency", "1"]
    with pinned([*command, "--use-dynamic-base-id", "--log-level", "warning"], rig.core, log) as pid:
        wait_for_port(port, pid, log)
        url = f"http://127.0.0.1:{port}"
        bearer = {"Authorization": f"Bearer {TOKEN}"}
        every = [
            Entry("a", ENVOY, pid, f"{url}/pass"),
            Entry("b", ENVOY, pid, f"{url}/token", bearer, sets_headers=True),
        ]
        yield [entry for entry in every if entry.work in works]


PEER = Peer(
    name=ENVOY,
    works="ab",
    differs=(
        "Finds the token in a Lua table with one row, looks at no product or developer, counts in another "
        "table of its only worker, keeps no record of the call. In (a) the Lua filter is off."
    ),
    install=_install,
    start=_start,
)
