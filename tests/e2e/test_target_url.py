"""Targets that only `target.url` leads to: their connections are kept between calls and closed at the end."""

import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.e2e.bundles import deploy_proxy, proxy_files
from tests.e2e.running import Running

pytestmark = pytest.mark.e2e

LEAD = (
    '<AssignMessage name="lead"><AssignVariable><Name>target.url</Name>'
    "<Template>http://127.0.0.1:{request.queryparam.port}/</Template></AssignVariable></AssignMessage>"
)


class Target(http.server.ThreadingHTTPServer):
    """Counts the connections it has had, and those it still has."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answering)
        self.accepted = 0
        self.left = 0
        self.all_left = threading.Event()

    def process_request_thread(self, request: object, client_address: object) -> None:
        self.accepted += 1
        super().process_request_thread(request, client_address)  # type: ignore[arg-type]
        self.left += 1
        if self.left == self.accepted:
            self.all_left.set()


class Answering(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Tests are quiet."""


@contextmanager
def target() -> Iterator[Target]:
    server = Target()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_calls_by_target_url_share_a_connection_which_ends_with_the_worker(tmp_path: Path) -> None:
    with target() as first, target() as second:
        flags = ("--workers=1", "--no-samples", "--allow-private-targets")
        with Running(tmp_path / "data", *flags) as server:
            files = proxy_files("led", "/led", "", "http://127.0.0.1:9", lead=LEAD)
            files["apiproxy/targets/default.xml"] = files["apiproxy/targets/default.xml"].replace(
                "<HTTPTarget",
                "<PreFlow><Request><Step><Name>lead</Name></Step></Request></PreFlow><HTTPTarget",
                1,
            )
            deploy_proxy(server, "led", files)
            for _ in range(10):
                for each in (first, second):
                    answer = server.call("GET", f"/led?port={each.server_port}")
                    assert (answer.status, answer.text) == (200, "ok")
            assert (first.accepted, second.accepted) == (1, 1)
            assert (first.left, second.left) == (0, 0)
        assert first.all_left.wait(5)
        assert second.all_left.wait(5)
