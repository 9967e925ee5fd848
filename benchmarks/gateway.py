"""Gatewright as a contestant: one worker on one core, bundles deployed through the management API."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.bundles import bundle
from benchmarks.contest import GATEWRIGHT, USUAL_HEADERS, Entry, Rig
from benchmarks.management import PASSWORD, USER, Management
from benchmarks.processes import free_ports, pinned, wait_for_port

_MANY = 1000
_STEPS = {
    "a null route": ("null", None),
    "pass-through": ("pass", None),
    "VerifyAccessToken": ("token", 1),
    "... and Quota": ("token", 2),
    "... and the first conditional header": ("token", 3),
    "... and the second, which is (b)": ("token", None),
    "... and two response headers": ("full", None),
}
"""What work (s) times: by name the proxy endpoint and how many of its steps it has."""


@dataclass(frozen=True, slots=True)
class Gateway:
    """A running gateway with nothing deployed."""

    pid: int
    http_port: int
    management: Management

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.http_port}"


@contextmanager
def gateway(folder: Path, core: int) -> Iterator[Gateway]:
    """Start it on that core with a new data folder and every setting as it comes, but for one worker."""
    management, http, https = free_ports(3)
    log = folder / "output.log"
    command = [
        sys.executable, "-c", "from gatewright.cli.main import main; main()", "serve",
        "--data", str(folder / "data"),
        "--management-port", str(management),
        "--http-port", str(http),
        "--https-port", str(https),
        "--workers", "1",
    ]  # fmt: skip
    environ = {"GATEWRIGHT_ADMIN_USER": USER, "GATEWRIGHT_ADMIN_PASSWORD": PASSWORD}
    with pinned(command, core, log, environ) as pid:
        wait_for_port(management, pid, log)
        wait_for_port(http, pid, log)
        api = Management(management)
        api.wait_until_ready()
        yield Gateway(pid, http, api)


@contextmanager
def entries(rig: Rig, works: str) -> Iterator[Sequence[Entry]]:
    """One gateway for the works (a) to (d), and one for each number of proxies in (e)."""
    with ExitStack() as stack:
        found: list[Entry] = []
        if set(works) & set("abcd"):
            found += stack.enter_context(_works(rig, works))
        if "s" in works:
            found += stack.enter_context(_steps(rig))
        if "e" in works:
            for count in (1, _MANY):
                found.append(stack.enter_context(_with_proxies(rig, count)))
        yield found


@contextmanager
def _works(rig: Rig, works: str) -> Iterator[Sequence[Entry]]:
    folder = rig.folder / "works"
    folder.mkdir()
    with gateway(folder, rig.core) as ours:
        for name in ("pass", "token", "key", "full"):
            ours.management.deploy(name, bundle(name, rig.upstream))
        client = ours.management.app()
        bearer = {"Authorization": f"Bearer {ours.management.token(ours.url, client)}"}
        all_entries = [
            Entry("a", GATEWRIGHT, ours.pid, f"{ours.url}/pass"),
            Entry("b", GATEWRIGHT, ours.pid, f"{ours.url}/token", bearer, sets_headers=True),
            Entry("c", GATEWRIGHT, ours.pid, f"{ours.url}/key", {"X-Api-Key": client.key}, sets_headers=True),
            Entry(
                "d", GATEWRIGHT, ours.pid, f"{ours.url}/full", {**bearer, **USUAL_HEADERS}, sets_headers=True
            ),
        ]
        yield [entry for entry in all_entries if entry.work in works]


@contextmanager
def _steps(rig: Rig) -> Iterator[Sequence[Entry]]:
    folder = rig.folder / "steps"
    folder.mkdir()
    with gateway(folder, rig.core) as ours:
        for number, (endpoint, steps) in enumerate(_STEPS.values()):
            name = f"s{number}"
            ours.management.deploy(name, bundle(name, rig.upstream, endpoint, steps))
        token = ours.management.token(ours.url, ours.management.app())
        headers = {"Authorization": f"Bearer {token}"}
        yield [
            Entry(
                "s", f"{number} {name}", ours.pid, f"{ours.url}/s{number}", headers, answers_json=number > 0
            )
            for number, name in enumerate(_STEPS)
        ]


@contextmanager
def _with_proxies(rig: Rig, count: int) -> Iterator[Entry]:
    folder = rig.folder / f"proxies-{count}"
    folder.mkdir()
    with gateway(folder, rig.core) as ours:
        for number in range(count):
            name = f"p{number}"
            ours.management.deploy(name, bundle(name, rig.upstream, endpoint="pass"))
        yield Entry("e", f"{GATEWRIGHT}, {count:,} deployed", ours.pid, f"{ours.url}/p{count // 2}")
