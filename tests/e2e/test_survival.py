"""What survives kill -9, a dead worker and SIGTERM: everything that was acknowledged."""

import contextlib
import http.client
import os
import random
import signal
import socket
import sqlite3
import threading
import time
from pathlib import Path

import pytest
from tests.e2e.bundles import deploy_proxy, proxy_files
from tests.e2e.load import Load
from tests.e2e.running import Running

pytestmark = pytest.mark.e2e

KILLS = 4


class Writers:
    """Threads that create developers, apps and revisions, and remember what was acknowledged."""

    def __init__(self, server: Running, round_number: int) -> None:
        self._server = server
        self._round = round_number
        self._is_over = threading.Event()
        self.developers: list[str] = []
        self.keys: list[tuple[str, str, str]] = []
        self.revisions: list[str] = []
        self._threads = [
            threading.Thread(target=self._write_developers, args=(number,)) for number in range(3)
        ]
        self._threads.append(threading.Thread(target=self._write_revisions))

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._is_over.set()
        for thread in self._threads:
            thread.join(30)

    def _write_developers(self, number: int) -> None:
        with contextlib.suppress(OSError, http.client.HTTPException):
            for count in range(500):
                if self._is_over.is_set():
                    return
                email = f"d{self._round}-{number}-{count}@example.com"
                body = {"email": email, "firstName": "D", "lastName": "D", "userName": email}
                if self._server.manage("POST", "/developers", body).status == 201:
                    self.developers.append(email)
                answer = self._server.manage("POST", f"/developers/{email}/apps", {"name": "app"})
                if answer.status == 201:
                    credential = answer.json["credentials"][0]
                    self.keys.append((email, credential["consumerKey"], credential["consumerSecret"]))

    def _write_revisions(self) -> None:
        with contextlib.suppress(OSError, http.client.HTTPException, AssertionError):
            while not self._is_over.is_set():
                self.revisions.append(deploy_proxy(self._server, "kept", proxy_files("kept", "/kept")))


def kill_while_writing(data: Path, round_number: int) -> Writers:
    server = Running(data, "--workers=1", "--no-samples")
    writers = Writers(server, round_number)
    writers.start()
    time.sleep(random.uniform(0.5, 1.5))
    server.kill()
    writers.stop()
    return writers


def test_what_was_acknowledged_is_there_after_kill_9_of_the_whole_tree(tmp_path: Path) -> None:
    rounds = [kill_while_writing(tmp_path / "data", number) for number in range(KILLS)]
    assert sum(len(each.developers) for each in rounds) > 0
    assert sum(len(each.revisions) for each in rounds) > 0
    with contextlib.closing(sqlite3.connect(tmp_path / "data" / "gatewright.db")) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    with Running(tmp_path / "data", "--workers=1", "--no-samples") as server:
        emails = set(server.manage("GET", "/developers").json)
        revisions = set(server.manage("GET", "/apis/kept").json["revision"])
        for each in rounds:
            assert emails.issuperset(each.developers)
            assert revisions.issuperset(each.revisions)
            for email, key, secret in each.keys:
                (credential,) = server.manage("GET", f"/developers/{email}/apps/app").json["credentials"]
                assert (credential["consumerKey"], credential["consumerSecret"]) == (key, secret)
        # The newest deployment that was acknowledged, or one that was under way, is whole and serves.
        assert server.call("GET", "/kept").status == 200
        (deployed,) = server.manage("GET", "/apis/kept/deployments").json["environment"]
        assert len(deployed["revision"]) == 1
        assert int(deployed["revision"][0]["name"]) >= max(int(r) for each in rounds for r in each.revisions)


def worker_pids(server: Running) -> list[int]:
    """The gateway's workers: those children of the supervisor that listen on its HTTP port."""
    pids = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        with contextlib.suppress(OSError):
            parent = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
            command = (entry / "cmdline").read_text()
            if parent == server.process.pid and "spawn_main" in command:
                pids.append(int(entry.name))
    return [pid for pid in pids if listens(pid, server.http_port)]


def listens(pid: int, port: int) -> bool:
    """Whether the process holds a listening socket of that port (proc(5): /proc/net/tcp)."""
    inodes = set()
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        fields = line.split()
        if fields[1].endswith(f":{port:04X}") and fields[3] == "0A":
            inodes.add(f"socket:[{fields[9]}]")
    with contextlib.suppress(OSError):
        return any(
            str(link.readlink()) in inodes for link in Path(f"/proc/{pid}/fd").iterdir() if link.is_symlink()
        )
    return False


def test_a_killed_worker_is_replaced_and_the_others_serve_meanwhile(tmp_path: Path) -> None:
    with Running(tmp_path / "data", "--workers=2", "--no-samples") as server:
        deploy_proxy(server, "up", proxy_files("up", "/up"))
        before = worker_pids(server)
        assert len(before) == 2
        with Load(server.http_port, "/up", clients=4) as load:
            load.wait_for(50)
            os.kill(before[0], signal.SIGKILL)
            load.wait_for(200)
        # A client loses the call that the victim was answering, and perhaps one more connection: the kernel
        # closes a killed process's sockets one by one, and its listening socket may take a last one.
        assert len(load.failures) <= 2 * 4
        assert {status for status, _ in load.answers} == {200}
        give_up_at = time.monotonic() + 20
        while len(worker_pids(server)) < 2 and time.monotonic() < give_up_at:
            time.sleep(0.05)
        after = worker_pids(server)
        assert len(after) == 2
        assert before[0] not in after
        assert before[1] in after
        deploy_proxy(server, "up", proxy_files("up", "/up"))


def test_sigterm_finishes_what_was_accepted_and_ends_with_0(tmp_path: Path) -> None:
    with Running(tmp_path / "data", "--workers=1", "--no-samples", "--resolve", slow_target()) as server:
        deploy_proxy(server, "slow", proxy_files("slow", "/slow", target="http://slow.example"))
        answers: list[int] = []
        thread = threading.Thread(target=lambda: answers.append(server.call("GET", "/slow").status))
        thread.start()
        time.sleep(0.3)
        assert server.close() == 0
        thread.join(10)
    assert answers == [200]


def slow_target() -> str:
    """A target that answers one call after a second."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connection, _ = listening.accept()
        with connection, listening:
            connection.recv(65536)
            time.sleep(1)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

    threading.Thread(target=serve, daemon=True).start()
    return f"slow.example=http://127.0.0.1:{listening.getsockname()[1]}"


def test_children_end_when_the_supervisor_is_killed_alone(tmp_path: Path) -> None:
    server = Running(tmp_path / "data", "--workers=1", "--no-samples")
    os.kill(server.process.pid, signal.SIGKILL)
    server.process.wait()
    give_up_at = time.monotonic() + 30
    while True:
        try:
            socket.create_connection(("127.0.0.1", server.http_port), 1).close()
        except ConnectionRefusedError:
            break
        assert time.monotonic() < give_up_at, "a worker outlived its supervisor"
        time.sleep(0.1)
    server.kill()
