"""`make bench`: the gateway against nginx on this machine, one core each side.

The contestant runs on one core, wrk and the upstream on the other. Every round has all contestants in turn,
each warmed up before it is counted, so that what the machine does besides hits all of them. The figure to
trust is the processor time per request, as a ratio within one round.
"""

import argparse
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.gateway import gateway
from benchmarks.load import Load, run_wrk
from benchmarks.nginx import forwarder, upstream
from benchmarks.processes import cpu_seconds, free_ports, resident_mb
from benchmarks.report import Sample, lines, save, table
from gatewright.samples.standins.weather import forecast

RESULTS = Path(__file__).parent / "results"
_CONTESTANT_CORE, _LOAD_CORE = 0, 1
_WARM_UP_S = 1


@dataclass(frozen=True, slots=True)
class Contestant:
    """What is called, and the process whose tree does the work."""

    name: str
    pid: int
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rules:
    """How long and how hard."""

    rounds: int
    seconds: int
    connections: int


def race(contestants: Sequence[Contestant], rules: Rules) -> list[list[Sample]]:
    """The samples by round. Raises RuntimeError when a contestant answers anything but success."""
    rounds = []
    for number in range(1, rules.rounds + 1):
        print(f"round {number} of {rules.rounds}", file=sys.stderr)
        rounds.append([_measure(one, rules) for one in contestants])
    return rounds


def _measure(one: Contestant, rules: Rules) -> Sample:
    _load(one, rules, _WARM_UP_S)
    before = cpu_seconds(one.pid)
    load = _load(one, rules, rules.seconds)
    used = cpu_seconds(one.pid) - before
    return Sample(
        contestant=one.name,
        requests=load.requests,
        requests_per_second=load.requests / load.seconds,
        cpu_us_per_request=used * 1e6 / load.requests,
        p50_us=load.p50_us,
        p99_us=load.p99_us,
        memory_mb=resident_mb(one.pid),
    )


def _load(one: Contestant, rules: Rules, seconds: int) -> Load:
    load = run_wrk(one.url, one.headers, core=_LOAD_CORE, connections=rules.connections, seconds=seconds)
    if load.failures or not load.requests:
        raise RuntimeError(f"{one.name}: {load.failures} of {load.requests} calls failed")
    return load


def main() -> None:
    """Set up, race, print, save."""
    rules = _rules()
    with tempfile.TemporaryDirectory() as name:
        rounds = _set_up_and_race(Path(name), rules)
    conditions = {"rounds": rules.rounds, "seconds": rules.seconds, "connections": rules.connections}
    path = save(RESULTS, rounds, conditions)
    print(table(lines(rounds)))
    print(f"\nMedians of {rules.rounds} rounds; ratio: to nginx, within each round. Saved {path}")


def _set_up_and_race(folder: Path, rules: Rules) -> list[list[Sample]]:
    target, proxy = free_ports(2)
    with (
        upstream(folder / "upstream", target, _LOAD_CORE, forecast("12797282")),
        forwarder(folder / "nginx", proxy, target, _CONTESTANT_CORE) as nginx,
        gateway(folder / "gateway", target, _CONTESTANT_CORE) as ours,
    ):
        contestants = [
            Contestant("nginx, pass-through", nginx, f"http://127.0.0.1:{proxy}/"),
            Contestant("gateway, pass-through", ours.pid, f"{ours.url}/pass"),
            Contestant(
                "gateway, the tutorial's protected call",
                ours.pid,
                f"{ours.url}/v0/weather/forecastrss?w=12797282",
                {"Authorization": f"Bearer {ours.token}"},
            ),
        ]
        return race(contestants, rules)


def _rules() -> Rules:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=4, help="counted seconds per contestant and round")
    parser.add_argument("--connections", type=int, default=64)
    given = parser.parse_args()
    return Rules(given.rounds, given.seconds, given.connections)


if __name__ == "__main__":
    main()
