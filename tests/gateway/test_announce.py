"""The server is announced when `/readyz` answers 200, and not before."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from gatewright.gateway import announce
from gatewright.gateway.announce import announce_when_ready, is_ready


class Statuses(HTTPServer):
    """Answers each request with the next status; the last one for ever."""

    statuses: list[int]


class Handler(BaseHTTPRequestHandler):
    server: Statuses

    def do_GET(self) -> None:
        statuses = self.server.statuses
        self.send_response(statuses.pop(0) if len(statuses) > 1 else statuses[0])
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Tests are quiet."""


@pytest.fixture
def server() -> Iterator[Statuses]:
    server = Statuses(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_it_is_said_once_when_everything_serves(server: Statuses, monkeypatch: pytest.MonkeyPatch) -> None:
    server.statuses = [503, 503, 200]
    said: list[str] = []
    is_said = threading.Event()

    def say(text: str) -> None:
        said.append(text)
        is_said.set()

    monkeypatch.setattr(announce, "_PAUSE_S", 0.01)
    announce_when_ready("127.0.0.1", server.server_port, "up", say)
    assert is_said.wait(10)
    assert said == ["up"]


def test_nothing_is_said_of_a_server_that_is_never_ready(
    server: Statuses, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.statuses = [503]
    monkeypatch.setattr(announce, "PATIENCE_S", 0.1)
    said: list[str] = []
    announce._announce("127.0.0.1", server.server_port, "up", said.append)
    assert said == []


def test_a_port_where_nobody_listens_is_not_ready(server: Statuses) -> None:
    server.statuses = [200]
    assert is_ready("127.0.0.1", server.server_port)
    server.socket.close()
    assert not is_ready("127.0.0.1", 1)
