"""Medians, spread and ratios of a race, as a table and as JSON."""

import json
import platform
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Sample:
    """One contestant in one round."""

    contestant: str
    requests: int
    requests_per_second: float
    cpu_us_per_request: float
    p50_us: float
    p99_us: float
    memory_mb: float


@dataclass(frozen=True, slots=True)
class Line:
    """One contestant over all rounds: medians, and how far apart the rounds were."""

    contestant: str
    cpu_us: float
    cpu_spread: float
    """Highest over lowest of the rounds."""
    cpu_ratio: float
    """Median over the rounds of its processor time per request over the yardstick's in the same round."""
    requests_per_second: float
    p50_us: float
    p99_us: float
    memory_mb: float


def lines(rounds: Sequence[Sequence[Sample]]) -> list[Line]:
    """A line per contestant. Every round has all of them; the first is the yardstick."""
    return [
        _line([one[place] for one in rounds], [one[0] for one in rounds]) for place in range(len(rounds[0]))
    ]


def _line(samples: Sequence[Sample], yardstick: Sequence[Sample]) -> Line:
    cpu = [sample.cpu_us_per_request for sample in samples]
    ratios = [s.cpu_us_per_request / y.cpu_us_per_request for s, y in zip(samples, yardstick, strict=True)]
    return Line(
        contestant=samples[0].contestant,
        cpu_us=statistics.median(cpu),
        cpu_spread=max(cpu) / min(cpu),
        cpu_ratio=statistics.median(ratios),
        requests_per_second=statistics.median(sample.requests_per_second for sample in samples),
        p50_us=statistics.median(sample.p50_us for sample in samples),
        p99_us=statistics.median(sample.p99_us for sample in samples),
        memory_mb=statistics.median(sample.memory_mb for sample in samples),
    )


def table(found: Sequence[Line]) -> str:
    heads = ("contestant", "CPU µs/req", "spread", "ratio", "requests/s", "p50 ms", "p99 ms", "MB")
    rows = [
        (
            line.contestant,
            f"{line.cpu_us:.1f}",
            f"{line.cpu_spread:.2f}",
            f"{line.cpu_ratio:.2f}",
            f"{line.requests_per_second:,.0f}",
            f"{line.p50_us / 1000:.2f}",
            f"{line.p99_us / 1000:.2f}",
            f"{line.memory_mb:.0f}",
        )
        for line in found
    ]
    widths = [max(len(row[column]) for row in (heads, *rows)) for column in range(len(heads))]
    lines_ = [heads, tuple("-" * width for width in widths), *rows]
    return "\n".join("| " + " | ".join(_cells(row, widths)) + " |" for row in lines_)


def _cells(row: Sequence[str], widths: Sequence[int]) -> list[str]:
    first, *rest = zip(row, widths, strict=True)
    return [first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in rest)]


def save(folder: Path, rounds: Sequence[Sequence[Sample]], conditions: Mapping[str, object]) -> Path:
    """Write the race with all its samples; gives the file."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{datetime.now(UTC):%Y-%m-%d-%H%M%S}.json"
    record = {
        "conditions": {"python": platform.python_version(), "kernel": platform.release(), **conditions},
        "lines": [asdict(line) for line in lines(rounds)],
        "rounds": [[asdict(sample) for sample in one] for one in rounds],
    }
    path.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n")
    return path
