"""Slow clients cost nobody but themselves: slow in sending a head or a body, or in reading an answer."""

import asyncio
import contextlib
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.e2e.bundles import deploy_proxy, proxy_files
from tests.e2e.crawl import Kind, crawl_together
from tests.e2e.load import Load
from tests.e2e.running import Running
from tests.e2e.test_survival import worker_pids

pytestmark = pytest.mark.e2e

CONNECTIONS = 300
LIMIT_S = 3.0
SLACK_S = 12.0
"""For a machine that has other work, and for what the connection may linger."""
ANSWER_BYTES = 2 * 1024 * 1024
"""More than is buffered on the way to a client that does not read."""


class BigTarget:
    """A target that answers each request at once with more than a slow reader takes."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._is_up = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self.port = 0

    def __enter__(self) -> "BigTarget":
        self._thread.start()
        self._is_up.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def _run(self) -> None:
        server = self._loop.run_until_complete(asyncio.start_server(self._answer, "127.0.0.1", 0))
        self.port = server.sockets[0].getsockname()[1]
        self._is_up.set()
        self._loop.run_forever()
        server.close()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.run_until_complete(asyncio.sleep(0.1))
        self._loop.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            head = await reader.readuntil(b"\r\n\r\n")
            if head.startswith(b"GET "):
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % ANSWER_BYTES)
                for _ in range(ANSWER_BYTES // 65_536):
                    writer.write(bytes(65_536))
                    await writer.drain()
            await reader.read(-1)
        writer.transport.abort()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    milliseconds = int(LIMIT_S * 1000)
    with (
        BigTarget() as target,
        Running(
            tmp_path_factory.mktemp("slow") / "data",
            "--workers=1",
            "--no-samples",
            f"--client-head-timeout-ms={milliseconds}",
            f"--client-body-timeout-ms={milliseconds}",
            f"--client-read-timeout-ms={milliseconds}",
        ) as running,
    ):
        deploy_proxy(running, "good", proxy_files("good", "/good"))
        url = f"http://127.0.0.1:{target.port}"
        deploy_proxy(running, "relayed", proxy_files("relayed", "/relayed", target=url))
        yield running


def descriptors(server: Running) -> int:
    (pid,) = worker_pids(server)
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


@pytest.mark.parametrize("kind", ["head", "body", "read"])
def test_three_hundred_slow_connections_harm_no_good_call(server: Running, kind: Kind) -> None:
    server.call("GET", "/good")
    before = descriptors(server)
    with Load(server.http_port, "/good", clients=2) as load:
        load.wait_for(20)
        ended = asyncio.run(crawl_together(server.http_port, kind, CONNECTIONS, LIMIT_S + SLACK_S))
        served = load.count
        load.wait_for(20)
    assert load.failures == []
    assert {status for status, _ in load.answers} == {200}
    assert served > 200
    assert min(each.after_s for each in ended) > LIMIT_S - 0.2
    if kind != "read":
        assert {each.received[:13] for each in ended} == {b"HTTP/1.1 408 "}
    give_up_at = time.monotonic() + 10
    while (after := descriptors(server)) > before and time.monotonic() < give_up_at:
        time.sleep(0.2)
    assert after <= before
