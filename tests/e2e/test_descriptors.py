"""A worker that may open no more files sheds connections: it does not spin, it does not die, it recovers."""

import contextlib
import os
import resource
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.e2e.bundles import deploy_proxy, proxy_files
from tests.e2e.running import Running
from tests.e2e.test_survival import worker_pids

pytestmark = pytest.mark.e2e

FILES = 64
CLIENTS = 150
HELD_S = 3.0
TICKS_PER_S = os.sysconf("SC_CLK_TCK")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Running]:
    with Running(tmp_path / "data", "--workers=1", "--no-samples") as running:
        deploy_proxy(running, "good", proxy_files("good", "/good"))
        yield running


def cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_PER_S


def descriptors(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


def test_a_worker_out_of_descriptors_neither_spins_nor_dies(server: Running) -> None:
    (pid,) = worker_pids(server)
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (FILES, FILES))
    with contextlib.ExitStack() as stack:
        for _ in range(CLIENTS):
            stack.enter_context(socket.create_connection(("127.0.0.1", server.http_port)))
        time.sleep(0.5)
        assert descriptors(pid) >= FILES - 2
        before = cpu_s(pid)
        time.sleep(HELD_S)
        assert cpu_s(pid) - before < HELD_S / 4
    give_up_at = time.monotonic() + 10
    while descriptors(pid) > FILES - 10 and time.monotonic() < give_up_at:
        time.sleep(0.1)
    assert [server.call("GET", "/good").status for _ in range(20)] == [200] * 20
    assert worker_pids(server) == [pid]
