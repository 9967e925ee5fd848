"""`make bench`: Gatewright against its peers on this machine, one core each side.

The contestant runs on one core, wrk and the upstream on the other. Every round has all contestants in turn,
each warmed up before it is counted, so that what the machine does besides hits all of them. The figure to
trust is the processor time per request, as a ratio within one round.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import gateway
from benchmarks.check import require_work
from benchmarks.contest import GATEWRIGHT, ITEM, USUAL_WORKS, WORKS, Entry, NotHere, Peer, Rig
from benchmarks.install import debian
from benchmarks.load import Load, run_wrk
from benchmarks.peers import envoy, express_gateway, haproxy, microgateway, nginx, nginx_lua
from benchmarks.processes import cores, cpu_seconds, process_mb, tree_mb
from benchmarks.record import Race, commit, page, save
from benchmarks.report import Sample

OURS = Peer(
    name=GATEWRIGHT,
    works="".join(WORKS),
    differs="Settings as they come, but for one worker; its control process counts too.",
    install=lambda: commit(),
    start=gateway.entries,
)
RESULTS = Path(__file__).parent / "results"
PEERS = (nginx.PEER, nginx_lua.PEER, haproxy.PEER, envoy.PEER, express_gateway.PEER, microgateway.PEER, OURS)


@dataclass(frozen=True, slots=True)
class Rules:
    """How long, how hard, who and what."""

    rounds: int = 5
    seconds: float = 3
    connections: int = 64
    only: tuple[str, ...] = ()
    """Parts of contestants' names, lower case; none: all."""
    works: str = USUAL_WORKS

    def __str__(self) -> str:
        return f"{self.rounds} rounds of {self.seconds:g} s, {self.connections} connections, one worker each"


@dataclass(slots=True)
class _Field:
    """Who races; filled while contestants are installed and started."""

    entries: list[Entry] = field(default_factory=list)
    versions: dict[str, str] = field(default_factory=dict)
    differs: dict[str, str] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)


def race(rules: Rules, peers: Sequence[Peer] = PEERS, say: Callable[[str], None] = lambda _: None) -> Race:
    """Install, start, check and race. Raises RuntimeError when a contestant does not do its work."""
    debian("bench", "wrk")
    with (
        tempfile.TemporaryDirectory(prefix="gatewright-bench-") as name,
        _started(Path(name), rules, peers, say) as who,
    ):
        if not who.entries:
            raise RuntimeError(f"nobody races; did not start: {who.missing}")
        for entry in who.entries:
            require_work(entry)
        before = os.getloadavg()
        rounds = []
        for number in range(1, rules.rounds + 1):
            say(f"round {number} of {rules.rounds}: {len(who.entries)} entries")
            rounds.append([_measure(entry, rules) for entry in who.entries])
        return Race(
            rules=str(rules),
            versions=who.versions,
            differs=who.differs,
            missing=who.missing,
            load_before=before,
            load_after=os.getloadavg(),
            rounds=rounds,
        )


@contextmanager
def _started(
    folder: Path, rules: Rules, peers: Sequence[Peer], say: Callable[[str], None]
) -> Iterator[_Field]:
    # nginx's workers run as another user when the master is root, and read their configuration's folder.
    folder.chmod(0o755)
    who = _Field()
    contestant_core, load_core = cores()
    with ExitStack() as stack:
        port = stack.enter_context(nginx.upstream(_made(folder / "upstream"), load_core))
        for peer in peers:
            works = "".join(work for work in peer.works if work in rules.works)
            if not works or not _is_wanted(peer, rules):
                continue
            say(f"starting {peer.name}")
            try:
                version = peer.install()
            except NotHere as reason:
                say(f"{peer.name} does not race: {reason}")
                who.missing[peer.name] = str(reason)
                continue
            rig = Rig(_made(folder / peer.name.replace(" ", "")), port, contestant_core)
            who.entries += stack.enter_context(peer.start(rig, works))
            who.versions[peer.name] = version
            who.differs[peer.name] = peer.differs
        who.entries.sort(key=lambda entry: entry.work)
        yield who


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder


def _is_wanted(peer: Peer, rules: Rules) -> bool:
    return not rules.only or any(part in peer.name.lower() for part in rules.only)


def _measure(entry: Entry, rules: Rules) -> Sample:
    _load(entry, rules, min(entry.warm_up_s, rules.seconds))
    before = cpu_seconds(entry.pid)
    load = _load(entry, rules, rules.seconds)
    after = cpu_seconds(entry.pid)
    used = {pid: seconds - before.get(pid, 0.0) for pid, seconds in after.items()}
    return Sample(
        entry=entry.name,
        requests=load.requests,
        requests_per_second=load.requests / load.seconds,
        cpu_us_per_request=sum(used.values()) * 1e6 / load.requests,
        p50_us=load.p50_us,
        p99_us=load.p99_us,
        memory_mb=tree_mb(entry.pid),
        worker_mb=process_mb(max(used, key=used.__getitem__)),
    )


def _load(entry: Entry, rules: Rules, seconds: float) -> Load:
    load = run_wrk(
        entry.base + ITEM, entry.headers, core=cores()[1], connections=rules.connections, seconds=seconds
    )
    if load.failures or not load.requests:
        raise RuntimeError(f"{entry.name}: {load.failures} of {load.requests} calls failed; the race is off")
    return load


def main() -> None:
    """Race, print, save."""
    rules = _rules()
    try:
        over = race(rules, say=lambda text: print(text, file=sys.stderr))
    except (RuntimeError, NotHere) as error:
        sys.exit(f"bench: {error}")
    print(page(over))
    print(f"Saved {os.path.relpath(save(RESULTS, over))}")


def _rules() -> Rules:
    usual = Rules()
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rounds", type=int, default=usual.rounds)
    parser.add_argument("--seconds", type=float, default=usual.seconds, help="counted, per entry and round")
    parser.add_argument("--connections", type=int, default=usual.connections)
    names = ", ".join(peer.name for peer in PEERS)
    parser.add_argument("--only", default="", help=f"parts of names, with commas between, of: {names}")
    works = "\n".join(f"{letter}: {what}" for letter, what in WORKS.items())
    parser.add_argument("--work", default=usual.works, help=f"letters of\n{works}")
    given = parser.parse_args()
    only = tuple(part.strip().lower() for part in given.only.split(",") if part.strip())
    if unknown := set(given.work) - set(WORKS):
        parser.error(f"no such work: {', '.join(sorted(unknown))}")
    return Rules(given.rounds, given.seconds, given.connections, only, given.work)


if __name__ == "__main__":
    main()
