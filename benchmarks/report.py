"""Medians, spread and ratios of a race."""

import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from benchmarks.contest import ENVOY, EXPRESS_GATEWAY, GATEWRIGHT, MICROGATEWAY, NGINX, NGINX_LUA


@dataclass(frozen=True, slots=True)
class Sample:
    """One entry in one round."""

    entry: str
    requests: int
    requests_per_second: float
    cpu_us_per_request: float
    p50_us: float
    p99_us: float
    memory_mb: float
    """Of the whole process tree, shared pages counted once."""
    worker_mb: float
    """Resident memory of the process in it that did most of the work."""


Round = Sequence[Sample]


@dataclass(frozen=True, slots=True)
class Line:
    """One entry over all rounds: medians, and how far apart the rounds were."""

    entry: str
    cpu_us: float
    cpu_spread: float
    """Highest over lowest of the rounds."""
    requests_per_second: float
    p50_us: float
    p99_us: float
    memory_mb: float
    worker_mb: float


@dataclass(frozen=True, slots=True)
class Goal:
    """A ratio of processor time per request that is to be at most `limit`, and better `goal`."""

    above: str
    below: str
    limit: float | None = None
    goal: float | None = None


@dataclass(frozen=True, slots=True)
class Ratio:
    """What became of a goal: the median, lowest and highest of the ratios within each round."""

    goal: Goal
    median: float
    lowest: float
    highest: float

    @property
    def verdict(self) -> str:
        if self.goal.limit is None or self.goal.goal is None:
            return ""
        if self.median > self.goal.limit:
            return "over the limit"
        return "goal reached" if self.median <= self.goal.goal else "within the limit"


def _ours(work: str) -> str:
    return f"({work}) {GATEWRIGHT}"


GOALS = (
    Goal(_ours("a"), f"(a) {NGINX}"),
    Goal(_ours("a"), f"(b) {NGINX_LUA}", 1.5, 1.2),
    Goal(_ours("b"), f"(b) {NGINX_LUA}", 2.0, 1.5),
    Goal(_ours("b"), f"(b) {ENVOY}", 0.9, 0.7),
    Goal(_ours("b"), f"(b) {MICROGATEWAY}", 0.1, 0.05),
    Goal(_ours("c"), f"(c) {NGINX_LUA}"),
    Goal(_ours("c"), f"(c) {EXPRESS_GATEWAY}"),
    Goal(_ours("d"), f"(d) {NGINX_LUA}"),
    Goal(_ours("d"), _ours("b"), 2.5, 2.0),
    Goal(f"{_ours('e')}, 1,000 deployed", f"{_ours('e')}, 1 deployed", 1.15, 1.05),
)
"""(e) is to be flat within noise: differences under 15 % are."""


def lines(rounds: Sequence[Round]) -> list[Line]:
    """A line per entry. Every round has all of them in one order."""
    return [_line([one[place] for one in rounds]) for place in range(len(rounds[0]))]


def ratios(rounds: Sequence[Round]) -> list[Ratio]:
    """The goals of which both sides raced."""
    present = {sample.entry for sample in rounds[0]}
    return [_ratio(goal, rounds) for goal in GOALS if {goal.above, goal.below} <= present]


def _line(samples: Round) -> Line:
    def median(figure: Callable[[Sample], float]) -> float:
        return statistics.median(map(figure, samples))

    cpu = [sample.cpu_us_per_request for sample in samples]
    return Line(
        entry=samples[0].entry,
        cpu_us=statistics.median(cpu),
        cpu_spread=max(cpu) / min(cpu) if min(cpu) else float("inf"),
        requests_per_second=median(lambda sample: sample.requests_per_second),
        p50_us=median(lambda sample: sample.p50_us),
        p99_us=median(lambda sample: sample.p99_us),
        memory_mb=median(lambda sample: sample.memory_mb),
        worker_mb=median(lambda sample: sample.worker_mb),
    )


def _ratio(goal: Goal, rounds: Sequence[Round]) -> Ratio:
    found = []
    for one in rounds:
        cpu = {sample.entry: sample.cpu_us_per_request for sample in one}
        found.append(cpu[goal.above] / cpu[goal.below])
    return Ratio(goal, statistics.median(found), min(found), max(found))


def table_of_lines(found: Iterable[Line]) -> str:
    heads = ("entry", "CPU µs/req", "spread", "requests/s", "p50 ms", "p99 ms", "MB", "worker MB")
    rows = [
        (
            line.entry,
            f"{line.cpu_us:.1f}",
            f"{line.cpu_spread:.2f}",
            f"{line.requests_per_second:,.0f}",
            f"{line.p50_us / 1000:.2f}",
            f"{line.p99_us / 1000:.2f}",
            f"{line.memory_mb:.0f}",
            f"{line.worker_mb:.0f}",
        )
        for line in found
    ]
    return _table(heads, rows)


def table_of_ratios(found: Iterable[Ratio]) -> str:
    heads = ("CPU per request of ÷ that of", "median", "lowest", "highest", "limit", "goal", "verdict")
    rows = [
        (
            f"{ratio.goal.above} ÷ {ratio.goal.below}",
            f"{ratio.median:.3g}",
            f"{ratio.lowest:.3g}",
            f"{ratio.highest:.3g}",
            _bound(ratio.goal.limit),
            _bound(ratio.goal.goal),
            ratio.verdict,
        )
        for ratio in found
    ]
    return _table(heads, rows)


def _bound(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    widths = [max(len(row[column]) for row in (heads, *rows)) for column in range(len(heads))]
    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    return "\n".join("| " + " | ".join(_cells(row, widths)) + " |" for row in (heads, rule, *rows))


def _cells(row: Sequence[str], widths: Sequence[int]) -> list[str]:
    first, *rest = zip(row, widths, strict=True)
    return [first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in rest)]
