"""The control process: the management API and the stand-ins, until it is told to stop."""

import asyncio
import contextlib
import os
import signal
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.e2e.running import Answer, ask, basic

from gatewright.config import Settings
from gatewright.gateway import control
from gatewright.gateway.prepare import prepare

PASSWORD = "a password of the tests"


@dataclass
class Control:
    port: int
    stand_in_port: int
    serving: "asyncio.Task[None]"

    async def ask(self, path: str, *, port: int | None = None, host: str | None = None) -> Answer:
        headers = {"Authorization": basic("admin@myorg.example", PASSWORD)}
        if host is not None:
            headers["Host"] = host
        return await asyncio.to_thread(ask, port or self.port, "GET", path, None, headers)


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[Control]:
    """Told to stop in the end, as the supervisor does."""
    settings = Settings(data=tmp_path, admin_password=PASSWORD)
    management, stand_ins = (socket.create_server(("127.0.0.1", 0)) for _ in range(2))
    stand_in_port = stand_ins.getsockname()[1]
    prepared = await prepare(settings, stand_in_port, lambda _: None)
    serving = asyncio.ensure_future(control.serve(settings, prepared, management, stand_ins, 1))
    found = Control(management.getsockname()[1], stand_in_port, serving)
    await until_up(found)
    yield found
    os.kill(os.getpid(), signal.SIGTERM)
    async with asyncio.timeout(30):
        await serving
    asyncio.get_running_loop().remove_signal_handler(signal.SIGTERM)
    management.close()
    stand_ins.close()


async def until_up(running: Control) -> None:
    async with asyncio.timeout(30):
        while not running.serving.done():
            with contextlib.suppress(OSError):
                if (await running.ask("/livez")).status == 200:
                    return
            await asyncio.sleep(0.02)
    running.serving.result()


async def test_it_answers_the_management_api_and_knows_that_no_worker_is_up(running: Control) -> None:
    ready = await running.ask("/readyz")
    assert ready.status == 503
    assert ready.json["checks"]["workers"] == "0 of 1 workers are up"
    assert (await running.ask("/v1/organizations/myorg/apis")).json == ["oauth", "weatherapi"]


async def test_it_serves_the_stand_ins_of_the_samples_targets(running: Control) -> None:
    answer = await running.ask(
        "/forecastrss?w=12797282", port=running.stand_in_port, host="weather.yahooapis.com"
    )
    assert answer.status == 200
    assert "Palo Alto" in answer.text
