"""Medians and ratios of a race, and the file that keeps it."""

import json
from pathlib import Path

from benchmarks.report import Sample, lines, save, table


def sample(contestant: str, cpu_us: float) -> Sample:
    return Sample(contestant, 1000, 1000.0, cpu_us, 100.0, 200.0, 10.0)


ROUNDS = [
    [sample("nginx", 10), sample("gateway", 30)],
    [sample("nginx", 20), sample("gateway", 50)],
    [sample("nginx", 12), sample("gateway", 48)],
]


def test_a_ratio_is_the_median_of_the_rounds_own_ratios() -> None:
    nginx, gateway = lines(ROUNDS)
    assert (nginx.cpu_us, nginx.cpu_ratio, nginx.cpu_spread) == (12, 1.0, 2.0)
    assert (gateway.cpu_us, gateway.cpu_ratio) == (48, 3.0)


def test_the_table_has_a_line_for_each_contestant() -> None:
    heads, rule, nginx, gateway = table(lines(ROUNDS)).splitlines()
    assert "CPU µs/req" in heads
    assert set(rule) <= set("-| ")
    assert nginx.startswith("| nginx ")
    assert " 3.00 |" in gateway
    assert len({len(heads), len(rule), len(nginx), len(gateway)}) == 1


def test_a_saved_race_keeps_every_sample(tmp_path: Path) -> None:
    record = json.loads(save(tmp_path, ROUNDS, {"seconds": 4}).read_text())
    assert len(record["rounds"]) == 3
    assert record["conditions"]["seconds"] == 4
    assert record["lines"][1]["cpu_ratio"] == 3.0
