"""Bodies of any size: the streaming properties lift the limit of 10 MB, and memory does not grow with a body.

docs.apigee.com/api-platform/develop/enabling-streaming
"""

import hashlib
import http.client
import socketserver
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.e2e.bundles import deploy_proxy, proxy_files
from tests.e2e.running import Running
from tests.e2e.test_survival import worker_pids

pytestmark = pytest.mark.e2e

PIECE = bytes(range(256)) * 256
PIECES = 3200
SIZE = len(PIECE) * PIECES
"""200 MB."""
DIGEST = hashlib.sha256(PIECE * PIECES).hexdigest()
GROWTH_KB = 12 * 1024
"""What one call may cost beside buffers: far less than its body."""


class BigTarget(socketserver.BaseRequestHandler):
    """Answers GET with 200 MB, and POST with the digest of a body that it is slow to begin to read."""

    def handle(self) -> None:
        stream = self.request.makefile("rb")
        line = stream.readline()
        length = 0
        while (field := stream.readline().lower()) not in (b"\r\n", b""):
            if field.startswith(b"content-length:"):
                length = int(field.partition(b":")[2])
        if line.startswith(b"GET"):
            self.request.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % SIZE)
            for _ in range(PIECES):
                self.request.sendall(PIECE)
            return
        time.sleep(0.5)
        digest = hashlib.sha256(stream.read(length)).hexdigest().encode()
        self.request.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 64\r\n\r\n" + digest)


class QuietServer(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """The gateway hangs up on what is too big."""


def streaming(name: str, url: str) -> dict[str, str]:
    """A proxy with both properties on both endpoints, as Edge wants it."""
    properties = (
        '<Properties><Property name="request.streaming.enabled">true</Property>'
        '<Property name="response.streaming.enabled">true</Property></Properties>'
    )
    return {
        path: content.replace("</HTTPProxyConnection>", properties + "</HTTPProxyConnection>").replace(
            "</HTTPTargetConnection>", properties + "</HTTPTargetConnection>"
        )
        for path, content in proxy_files(name, f"/{name}", target=url).items()
    }


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    data = tmp_path_factory.mktemp("big") / "data"
    with (
        QuietServer(("127.0.0.1", 0), BigTarget) as target,
        Running(data, "--workers=1", "--no-samples") as running,
    ):
        threading.Thread(target=target.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{target.server_address[1]}"
        deploy_proxy(running, "streamed", streaming("streamed", url))
        deploy_proxy(running, "plain", proxy_files("plain", "/plain", target=url))
        yield running
        target.shutdown()


def peak_kb(server: Running) -> int:
    (pid,) = worker_pids(server)
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0])


def upload(server: Running, path: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", server.http_port, timeout=30)
    try:
        pieces = (PIECE for _ in range(PIECES))
        connection.request("POST", path, pieces, {"Content-Length": str(SIZE)})
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def download(server: Running, path: str) -> tuple[int, str]:
    """The status and the digest of what was read, the reading begun late."""
    connection = http.client.HTTPConnection("127.0.0.1", server.http_port, timeout=30)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        time.sleep(0.5)
        digest = hashlib.sha256()
        while piece := response.read(65_536):
            digest.update(piece)
        return response.status, digest.hexdigest()
    finally:
        connection.close()


def test_a_body_of_200_mb_goes_up_in_little_memory(server: Running) -> None:
    before = peak_kb(server)
    assert upload(server, "/streamed") == (200, DIGEST.encode())
    assert peak_kb(server) - before < GROWTH_KB


def test_a_body_of_200_mb_comes_down_in_little_memory(server: Running) -> None:
    before = peak_kb(server)
    assert download(server, "/streamed") == (200, DIGEST)
    assert peak_kb(server) - before < GROWTH_KB


def test_without_the_properties_neither_goes_through(server: Running) -> None:
    headers = {"Content-Length": str(SIZE), "Expect": "100-continue"}
    assert server.call("POST", "/plain", b"", headers).status == 413
    assert server.call("GET", "/plain").status == 502
