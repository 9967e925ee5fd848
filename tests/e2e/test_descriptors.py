"""A worker knows how many clients it has descriptors for: the others are told to come again.

One that may open no more files all the same does not spin, does not die, and recovers.
"""

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


ROOM = (200 - 96) // 2
"""Clients that a worker with 200 descriptors takes (gateway/descriptors.py)."""


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Running]:
    with Running(tmp_path / "data", "--workers=1", "--no-samples", open_files=200) as running:
        deploy_proxy(running, "good", proxy_files("good", "/good"))
        yield running


def ask(client: socket.socket) -> bytes:
    client.sendall(b"GET /good HTTP/1.1\r\nHost: localhost\r\n\r\n")
    return client.recv(65_536)


def test_clients_beyond_the_limit_are_told_when_to_come_again(small: Running) -> None:
    address = ("127.0.0.1", small.http_port)
    with contextlib.ExitStack() as stack:
        served = [stack.enter_context(socket.create_connection(address, 5)) for _ in range(ROOM)]
        assert {ask(each)[:12] for each in served} == {b"HTTP/1.1 200"}
        for _ in range(5):
            with socket.create_connection(address, 5) as refused:
                answer = b"".join(iter(lambda end=refused: end.recv(65_536), b""))  # type: ignore[misc]
            assert answer.startswith(b"HTTP/1.1 503 Service Unavailable\r\n")
            assert b"\r\nRetry-After: 5\r\n" in answer
            assert b"\r\nConnection: close\r\n" in answer
        assert {ask(each)[:12] for each in served} == {b"HTTP/1.1 200"}
        served.pop().close()
        time.sleep(0.2)
        with socket.create_connection(address, 5) as taken:
            assert ask(taken)[:12] == b"HTTP/1.1 200"
    assert "clients are turned away" in small.log


def test_a_flood_leaves_descriptors_for_targets_and_the_database(small: Running) -> None:
    (pid,) = worker_pids(small)
    address = ("127.0.0.1", small.http_port)
    with contextlib.ExitStack() as stack:
        served = stack.enter_context(socket.create_connection(address, 5))
        for _ in range(500):
            with contextlib.suppress(ConnectionError):
                stack.enter_context(socket.create_connection(address, 5))
        time.sleep(0.5)
        assert descriptors(pid) < 200 - ROOM + 10
        assert ask(served)[:12] == b"HTTP/1.1 200"
        revision = deploy_proxy(small, "good", proxy_files("good", "/good"))
        assert revision
    assert worker_pids(small) == [pid]
