"""A soak tells what it saw, and its verdict can go either way."""

from pathlib import Path

import pytest
from benchmarks.plain import Clients, target
from benchmarks.soak import GROWTH_MB, LARGEST_MB, Line, Phase, soak


def phase(*resident_mb: float) -> Phase:
    lines = [Line(number, mb, mb, mb, 10, 1.0) for number, mb in enumerate(resident_mb)]
    return Phase("requests", 1, 0.0, lines)


def test_a_worker_that_settles_in_the_first_half_is_flat() -> None:
    assert [holds for holds, _ in phase(60, 70, 75, 75.1, 75.2).verdicts()] == [True, True]


def test_a_worker_that_goes_on_growing_is_found_out() -> None:
    growing = phase(50, 52, 54, 56, 54 + GROWTH_MB + 0.1)
    assert [holds for holds, _ in growing.verdicts()] == [False, True]
    assert "+2.1 MB" in next(growing.verdicts())[1]


def test_a_worker_that_was_too_big_at_any_time_is_found_out() -> None:
    assert [holds for holds, _ in phase(60, 60, LARGEST_MB, 60).verdicts()] == [True, False]


async def test_clients_make_as_many_calls_as_told_and_look_at_each_answer() -> None:
    async with target() as port:
        clients = Clients(port, iter(["/a"] * 1_000), {"X-A": "1"})
        await clients.call(250, 8)
        await clients.call(10, 64)
    assert clients.statuses == {200: 260}
    assert clients.broken == 0


@pytest.mark.e2e
async def test_a_short_soak_tells_of_both_phases(tmp_path: Path) -> None:
    said: list[str] = []
    await soak(tmp_path, 200, 10, said.append)
    text = "\n".join(said)
    assert text.count(" RSS MB ") == 2
    assert len(said) == 2 * 12 + 5
    assert said[-1].startswith("holds")
    assert said[-1].endswith(" 0 failed")
