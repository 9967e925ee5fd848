"""Tasks are kept until they end, and what they raise is not lost."""

import asyncio

import pytest

from gatewright.gateway.tasks import Tasks


async def test_what_a_task_raises_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    async def fails() -> None:
        raise ZeroDivisionError

    tasks = Tasks(asyncio.get_running_loop())
    tasks.start(fails())
    assert await tasks.finished(5)
    await asyncio.sleep(0)
    assert "ZeroDivisionError" in caplog.text


async def test_waiting_for_the_end_says_whether_it_came() -> None:
    tasks = Tasks(asyncio.get_running_loop())
    assert await tasks.finished(0)
    may_end = asyncio.Event()

    async def waits() -> None:
        await may_end.wait()

    tasks.start(waits())
    assert not await tasks.finished(0.01)
    may_end.set()
    assert await tasks.finished(5)


async def test_cancelling_ends_every_task_quietly(caplog: pytest.LogCaptureFixture) -> None:
    tasks = Tasks(asyncio.get_running_loop())
    started = [tasks.start(asyncio.sleep(60)) for _ in range(3)]
    await tasks.cancel_all()
    assert all(task.cancelled() for task in started)
    assert caplog.records == []
