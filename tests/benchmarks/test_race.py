"""A short race on this machine, so that the harness keeps running; its figures mean nothing."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from benchmarks.contest import Entry
from benchmarks.install import find
from benchmarks.processes import free_ports, pinned, wait_for_port
from benchmarks.race import Rules, race
from benchmarks.record import page

pytestmark = pytest.mark.e2e
SHORT = Rules(rounds=1, seconds=0.5, connections=8, only=("gatewright", "nginx"), works="ab")
MISSING = [program for program in ("nginx", "wrk", "taskset") if find(program) is None]
needs_peers = pytest.mark.skipif(bool(MISSING), reason=f"install {', '.join(MISSING)} to race")


@needs_peers
def test_the_gateway_races_nginx_at_pass_through() -> None:
    over = race(replace(SHORT, works="a"))
    assert [sample.entry for sample in over.rounds[0]] == ["(a) nginx", "(a) Gatewright"]
    assert all(sample.requests > 100 and sample.memory_mb > 1 for sample in over.rounds[0])
    text = page(over)
    assert "(a) Gatewright ÷ (a) nginx" in text
    assert over.machine["commit"] in text


@needs_peers
def test_two_listeners_on_one_port_are_refused(tmp_path: Path) -> None:
    (port,) = free_ports(1)
    program = (
        "import socket,time; s=socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1);"
        f"s.bind(('127.0.0.1',{port})); s.listen(); time.sleep(60)"
    )
    command = [shutil.which("python3") or "python3", "-c", program]
    with pinned(command, 0, tmp_path / "one.log") as one:
        wait_for_port(port, one, tmp_path / "one.log")
        with (
            pinned(command, 0, tmp_path / "two.log") as two,
            pytest.raises(RuntimeError, match="listened on by another process"),
        ):
            wait_for_port(port, two, tmp_path / "two.log")


def test_what_ends_before_it_listens_is_shown_with_its_output(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with (
        pinned(["sh", "-c", "echo no such option; exit 3"], 0, log) as pid,
        pytest.raises(RuntimeError, match="no such option"),
    ):
        wait_for_port(1, pid, log)


def test_an_entry_is_named_by_its_work_and_contestant() -> None:
    assert Entry("b", "nginx", 1, "").name == "(b) nginx"
