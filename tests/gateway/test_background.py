"""What comes after an answer runs to its end: at once where it can, else in a task."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from gatewright.engine.flow import Run
from gatewright.engine.target import Origin, TargetCall, TargetFailed
from gatewright.gateway.background import Background
from gatewright.gateway.tasks import Tasks
from gatewright.message import Request


@pytest.fixture
async def tasks() -> AsyncIterator[Tasks]:
    tasks = Tasks(asyncio.get_running_loop())
    yield tasks
    await tasks.cancel_all()


async def test_steps_that_do_not_wait_have_run_when_it_returns(tasks: Tasks) -> None:
    ran: list[str] = []

    def run() -> Run:
        ran.append("a")
        yield from ()

    Background(tasks)(run())
    assert ran == ["a"]


async def test_steps_that_wait_run_in_a_task_and_learn_how_their_wait_ended(tasks: Tasks) -> None:
    ran: list[str] = []
    is_done = asyncio.Event()

    async def fails() -> None:
        await asyncio.sleep(0)
        raise ValueError

    def run() -> Run:
        yield asyncio.sleep(0)
        ran.append("waited")
        try:
            yield fails()
        except ValueError:
            ran.append("failed")
        is_done.set()

    Background(tasks)(run())
    assert ran == []
    await asyncio.wait_for(is_done.wait(), 5)
    assert ran == ["waited", "failed"]


async def test_there_is_no_target_any_more(tasks: Tasks) -> None:
    failures: list[TargetFailed] = []
    is_done = asyncio.Event()

    def run() -> Run:
        try:
            yield TargetCall(Request(), Origin("http", "t.example", 80))
        except TargetFailed as failed:
            failures.append(failed)
        is_done.set()

    Background(tasks)(run())
    await asyncio.wait_for(is_done.wait(), 5)
    assert len(failures) == 1


async def test_a_defect_in_a_task_is_logged(tasks: Tasks, caplog: pytest.LogCaptureFixture) -> None:
    def run() -> Run:
        yield asyncio.sleep(0)
        raise ZeroDivisionError

    Background(tasks)(run())
    for _ in range(5):
        await asyncio.sleep(0)
    assert "ZeroDivisionError" in caplog.text
