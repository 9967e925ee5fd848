"""`make soak`: whether one worker stays small and flat over a million requests and a thousand deployments.

It stands among the benchmarks because it needs what they need: a gateway started as users start it, one core
each side, bundles deployed through the management API, memory read from /proc. What a deployment leaves
behind inside of the process, object by object, is counted by tests/gateway/redeploys.py.

First so many requests, over kept connections: VerifyAccessToken, Quota, two conditional steps, two headers,
a target. Then so many deployments of several proxies in turn, each of a revision of its own, while all of
them are called. The exit status is 1 where the worker grew in the second half of either by more than stands
below, was bigger than it may be, or a call failed.
"""

import argparse
import asyncio
import itertools
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import uvloop

from benchmarks.bundles import bundle
from benchmarks.gateway import Gateway, gateway
from benchmarks.plain import Clients, target
from benchmarks.processes import cores, descriptors, listener, memory_mb, pin

REQUESTS, DEPLOYMENTS = 1_000_000, 1_000
LARGEST_MB = 80.0
"""What one worker may have resident at any time."""
GROWTH_MB = 2.0
"""By how much it may grow from the middle of a phase to its end."""
CONNECTIONS = 64
PROXIES = 5
"""How many are deployed again and again, in turn."""
STEPS = 10
"""How many lines a phase is told in."""


@dataclass(frozen=True, slots=True)
class Line:
    """The worker at one moment of a phase. Memory in MB."""

    done: int
    rss: float
    pss: float
    private: float
    descriptors: int
    seconds: float

    def __str__(self) -> str:
        return (
            f"{self.done:>11,} {self.rss:8.1f} {self.pss:8.1f} {self.private:8.1f} "
            f"{self.descriptors:>11} {self.seconds:>6.0f}"
        )


@dataclass(slots=True)
class Phase:
    """One kind of work, and the worker in its course. Mutable."""

    name: str
    pid: int
    began: float = field(default_factory=time.monotonic)
    lines: list[Line] = field(default_factory=list)

    def note(self, done: int) -> Line:
        """Look at the worker now."""
        memory = memory_mb(self.pid)
        seconds = time.monotonic() - self.began
        line = Line(done, memory["rss"], memory["pss"], memory["private"], descriptors(self.pid), seconds)
        self.lines.append(line)
        return line

    @property
    def largest_mb(self) -> float:
        return max(line.rss for line in self.lines)

    @property
    def growth_mb(self) -> float:
        """From the middle to the end."""
        return self.lines[-1].rss - self.lines[len(self.lines) // 2].rss

    def verdicts(self) -> Iterator[tuple[bool, str]]:
        """Whether each thing that must hold does, and how it is said."""
        grown, largest = self.growth_mb, self.largest_mb
        yield (
            grown <= GROWTH_MB,
            f"{self.name}: grew by {grown:+.1f} MB in the second half; {GROWTH_MB:g} are allowed",
        )
        yield (
            largest < LARGEST_MB,
            f"{self.name}: {largest:.1f} MB resident at most; {LARGEST_MB:g} are allowed",
        )


async def soak(folder: Path, requests: int, deployments: int, say: Callable[[str], None]) -> bool:
    """Do both phases from this process with a gateway in that empty folder; whether everything holds."""
    async with target() as port:
        with gateway(folder, cores()[0]) as ours:
            clients = await asyncio.to_thread(_prepare, ours, port)
            pid = listener(ours.http_port, ours.pid)
            verdicts: list[tuple[bool, str]] = []
            for phase in (
                await _requests(clients, Phase("requests", pid), requests, say),
                await _deployments(ours, port, clients, Phase("deployments", pid), deployments, say),
            ):
                verdicts += phase.verdicts()
    failed = clients.broken + sum(clients.statuses.values()) - clients.statuses[200]
    verdicts.append((not failed, f"{clients.statuses.total():,} calls answered, {failed} failed"))
    for holds, text in verdicts:
        say(f"{'holds' if holds else 'FAILS'}  {text}")
    return all(holds for holds, _ in verdicts)


def _prepare(ours: Gateway, upstream: int) -> Clients:
    """Deploy the samples and a proxy of each kind, and get a token for them."""
    ours.management.deploy_revision("weatherapi", "1")
    for name in _names():
        ours.management.deploy(name, bundle(name, upstream, endpoint="token"))
    token = ours.management.token(ours.url, ours.management.app())
    paths = (f"/{name}/items/17" for name in itertools.cycle(_names()))
    return Clients(ours.http_port, paths, {"Authorization": f"Bearer {token}"})


def _names() -> list[str]:
    return [f"soaked-{number}" for number in range(PROXIES)]


async def _requests(clients: Clients, phase: Phase, requests: int, say: Callable[[str], None]) -> Phase:
    say(_heading("requests"))
    say(str(phase.note(0)))
    for number in range(1, STEPS + 1):
        await clients.call(requests // STEPS, CONNECTIONS)
        say(str(phase.note(number * requests // STEPS)))
    return phase


async def _deployments(
    ours: Gateway, port: int, clients: Clients, phase: Phase, deployments: int, say: Callable[[str], None]
) -> Phase:
    say(_heading("deployments"))
    say(str(phase.note(0)))
    traffic = asyncio.create_task(clients.call(sys.maxsize, CONNECTIONS // 8))
    for number, name in zip(range(1, deployments + 1), itertools.cycle(_names()), strict=False):
        files = bundle(name, port, endpoint="token")
        files["apiproxy/policies/Set-Kind.xml"] += f"<!-- {number} -->\n"
        await asyncio.to_thread(ours.management.deploy, name, files)
        if number % max(deployments // STEPS, 1) == 0:
            say(str(phase.note(number)))
    clients.stop()
    await traffic
    return phase


def _heading(what: str) -> str:
    return f"{what:>11} {'RSS MB':>8} {'PSS MB':>8} {'private':>8} {'descriptors':>11} {'s':>6}"


def main() -> None:
    """Soak, tell, and end with what came of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--requests", type=int, default=REQUESTS)
    parser.add_argument("--deployments", type=int, default=DEPLOYMENTS)
    given = parser.parse_args()
    pin(cores()[1])  # the worker has the other
    with tempfile.TemporaryDirectory(prefix="gatewright-soak-") as name:
        holds = uvloop.run(
            soak(Path(name), given.requests, given.deployments, lambda text: print(text, flush=True))
        )
    sys.exit(0 if holds else 1)


if __name__ == "__main__":
    main()
