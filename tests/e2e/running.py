"""A real server in a folder of its own, started and stopped by a test, and plain HTTP to talk to it."""

import base64
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ADMIN = "admin@myorg.example"
PASSWORD = "a password of the tests"
START_S = 60.0
STOP_S = 45.0


@dataclass(frozen=True)
class Answer:
    """An HTTP response read to its end."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.content)

    @property
    def text(self) -> str:
        return self.content.decode()


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on now."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def limited(open_files: int) -> list[str]:
    """What to put before a command so that neither it nor its children may have more files open."""
    return ["sh", "-c", f'ulimit -n {open_files} && exec "$@"', "sh"]


class Running:
    """`gatewright serve` as a process group; `close` drains it, `kill` does not.

    `open_files` is the limit on open files that the system sets it.
    """

    def __init__(
        self,
        data: Path,
        *flags: str,
        ports: list[int] | None = None,
        open_files: int | None = None,
    ) -> None:
        self.data = data
        self.management_port, self.http_port, self.https_port = ports or free_ports(3)
        self.log_path = data.parent / f"{data.name}.log"
        with self.log_path.open("ab") as log:
            self.process = subprocess.Popen(
                [
                    *([] if open_files is None else limited(open_files)),
                    sys.executable,
                    "-c",
                    "from gatewright.cli.main import main; main()",
                    "serve",
                    f"--data={data}",
                    f"--management-port={self.management_port}",
                    f"--http-port={self.http_port}",
                    f"--https-port={self.https_port}",
                    *flags,
                ],
                env={**os.environ, "GATEWRIGHT_ADMIN_PASSWORD": PASSWORD},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        try:
            self._wait_until_ready()
        except BaseException:
            self.kill()
            raise

    def __enter__(self) -> "Running":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def log(self) -> str:
        return self.log_path.read_text(errors="replace")

    def close(self) -> int:
        """SIGTERM; the exit code."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(STOP_S)
            except subprocess.TimeoutExpired:
                self.kill()
        return self.process.returncode

    def kill(self) -> None:
        """SIGKILL to the whole tree at once."""
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            return
        self.process.wait()

    def manage(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        content_type: str = "application/json",
        user: str | None = ADMIN,
        password: str = PASSWORD,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """A management call below `/v1/organizations/myorg`, or any path that starts with `//`."""
        url = path[1:] if path.startswith("//") else f"/v1/organizations/myorg{path}"
        content = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        given = dict(headers or {})
        if content is not None:
            given["Content-Type"] = content_type
        if user is not None:
            given["Authorization"] = basic(user, password)
        return ask(self.management_port, method, url, content, given)

    def call(
        self,
        method: str,
        path: str,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """A call to the gateway over HTTP."""
        return ask(self.http_port, method, path, content, headers or {})

    def _wait_until_ready(self) -> None:
        give_up_at = time.monotonic() + START_S
        while time.monotonic() < give_up_at:
            if self.process.poll() is not None:
                raise AssertionError(f"the server ended with {self.process.returncode}:\n{self.log}")
            try:
                if ask(self.management_port, "GET", "/readyz", None, {}).status == 200:
                    return
            except OSError:
                pass
            time.sleep(0.05)
        raise AssertionError(f"the server was not ready within {START_S:g} s:\n{self.log}")


def basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def ask(port: int, method: str, path: str, content: bytes | None, headers: Mapping[str, str]) -> Answer:
    """One request on a connection of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request(method, path, content, dict(headers))
        response = connection.getresponse()
        fields = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, fields, response.read())
    finally:
        connection.close()
