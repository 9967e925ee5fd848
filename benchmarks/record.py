"""What is kept of a race: the machine, the versions, every sample, and a page to read."""

import json
import os
import platform
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.contest import WORKS
from benchmarks.report import Round, lines, ratios, table_of_lines, table_of_ratios


@dataclass(frozen=True, slots=True)
class Race:
    """A race that is over."""

    rules: str
    versions: Mapping[str, str]
    """By contestant."""
    differs: Mapping[str, str]
    missing: Mapping[str, str]
    """Why a peer did not race."""
    load_before: tuple[float, float, float]
    """Load average over 1, 5 and 15 minutes when the first round began."""
    load_after: tuple[float, float, float]
    rounds: Sequence[Round]
    machine: Mapping[str, str] = field(default_factory=lambda: machine())


def machine() -> dict[str, str]:
    """What the figures hold for."""
    return {
        "commit": commit(),
        "kernel": f"{platform.system()} {platform.release()}",
        "CPU": f"{os.cpu_count()} x {_cpu_model()}",
        "Python": f"{platform.python_implementation()} {platform.python_version()}",
    }


def commit() -> str:
    """The short commit, with -dirty when sources differ from it."""
    here = Path(__file__).parent
    git = ["git", "-C", str(here), "describe", "--always", "--abbrev=10", "--dirty", "--exclude=*"]
    try:
        done = subprocess.run(git, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return done.stdout.strip()


def _cpu_model() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def page(race: Race) -> str:
    """The race in Markdown."""
    loads = " and ".join(
        "/".join(f"{one:.2f}" for one in load) for load in (race.load_before, race.load_after)
    )
    facts = {**race.machine, "load average before and after": loads, "rules": race.rules}
    parts = [
        "\n".join(f"- {name}: {value}" for name, value in facts.items()),
        "\n".join(f"- ({letter}) {what}" for letter, what in WORKS.items()),
        table_of_lines(lines(race.rounds)),
        table_of_ratios(ratios(race.rounds)),
        _named("Not equal:", race.differs),
        _named("Versions:", race.versions),
        _named("Did not race:", race.missing),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _named(title: str, texts: Mapping[str, str]) -> str:
    return "\n".join([title, *(f"- {name}: {text}" for name, text in texts.items())]) if texts else ""


def save(folder: Path, race: Race) -> Path:
    """Write the page and the record with every sample; gives the page."""
    folder.mkdir(parents=True, exist_ok=True)
    stem = f"{datetime.now(UTC):%Y-%m-%d}-{race.machine['commit']}"
    record = {
        "machine": race.machine,
        "rules": race.rules,
        "load_before": race.load_before,
        "load_after": race.load_after,
        "versions": race.versions,
        "differs": race.differs,
        "missing": race.missing,
        "lines": [asdict(line) for line in lines(race.rounds)],
        "ratios": [{**asdict(ratio), "verdict": ratio.verdict} for ratio in ratios(race.rounds)],
        "rounds": [[asdict(sample) for sample in one] for one in race.rounds],
    }
    (folder / f"{stem}.json").write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n")
    path = folder / f"{stem}.md"
    path.write_text(f"# Race of {stem}\n\n{page(race)}")
    return path
