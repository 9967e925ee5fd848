"""Medians and ratios of a race, and the files that keep it."""

import json
from pathlib import Path

import pytest
from benchmarks.contest import GATEWRIGHT, NGINX_LUA
from benchmarks.record import Race, page, save
from benchmarks.report import Goal, Ratio, Sample, lines, ratios, table_of_lines

PEER, OURS = f"(b) {NGINX_LUA}", f"(b) {GATEWRIGHT}"


def sample(entry: str, cpu_us: float) -> Sample:
    return Sample(entry, 1000, 1000.0, cpu_us, 100.0, 200.0, 10.0, 8.0)


ROUNDS = [
    [sample(PEER, 10), sample(OURS, 30)],
    [sample(PEER, 20), sample(OURS, 50)],
    [sample(PEER, 12), sample(OURS, 48)],
]
RACE = Race(
    "3 rounds", {"nginx": "1.2"}, {"nginx": "does less"}, {"Envoy": "no wheel"}, (1, 2, 3), (4, 5, 6), ROUNDS
)


def test_a_line_holds_medians_and_the_spread() -> None:
    peer, ours = lines(ROUNDS)
    assert (peer.entry, peer.cpu_us, peer.cpu_spread) == (PEER, 12, 2.0)
    assert (ours.entry, ours.cpu_us) == (OURS, 48)


def test_a_ratio_is_the_median_of_the_rounds_own_ratios() -> None:
    (ratio,) = ratios(ROUNDS)
    assert (ratio.goal.above, ratio.goal.below) == (OURS, PEER)
    assert (ratio.median, ratio.lowest, ratio.highest) == (3.0, 2.5, 4.0)


@pytest.mark.parametrize(
    ("median", "verdict"),
    [(1.4, "goal reached"), (1.5, "goal reached"), (1.8, "within the limit"), (2.1, "over the limit")],
)
def test_a_ratio_is_judged_by_limit_and_goal(median: float, verdict: str) -> None:
    assert Ratio(Goal("x", "y", 2.0, 1.5), median, median, median).verdict == verdict


def test_the_table_has_a_line_for_each_entry() -> None:
    heads, rule, peer, ours = table_of_lines(lines(ROUNDS)).splitlines()
    assert "CPU µs/req" in heads
    assert set(rule) <= set("-|: ")
    assert peer.startswith(f"| {PEER} ")
    assert " 48.0 |" in ours
    assert len({len(heads), len(rule), len(peer), len(ours)}) == 1


def test_the_page_says_what_is_not_equal_and_who_did_not_race() -> None:
    text = page(RACE)
    assert "- nginx: does less" in text
    assert "- Envoy: no wheel" in text
    assert "1.00/2.00/3.00 and 4.00/5.00/6.00" in text


def test_a_saved_race_keeps_every_sample_beside_its_page(tmp_path: Path) -> None:
    path = save(tmp_path, RACE)
    record = json.loads(path.with_suffix(".json").read_text())
    assert len(record["rounds"]) == 3
    assert record["machine"]["commit"] in path.name
    assert record["ratios"][0]["median"] == 3.0
