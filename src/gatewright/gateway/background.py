"""Runs what comes after an answer, off the client's path: PostClientFlow."""

from gatewright.engine.flow import Run
from gatewright.engine.target import Failure, TargetCall, TargetFailed
from gatewright.gateway.tasks import Tasks


class Background:
    """Takes steps to their end: at once where it waits for nothing, else in a task."""

    __slots__ = ("_tasks",)

    def __init__(self, tasks: Tasks) -> None:
        self._tasks = tasks

    def __call__(self, run: Run) -> None:
        try:
            waiting = next(run)
        except StopIteration:
            return
        self._tasks.start(_finish(run, waiting))


async def _finish(run: Run, waiting: object) -> None:
    while True:
        failure: Exception | None = None
        try:
            await _answer(waiting)
        except Exception as error:  # noqa: BLE001  (the flow decides what becomes of it)
            failure = error
        try:
            waiting = next(run) if failure is None else run.throw(failure)
        except StopIteration:
            return


async def _answer(waiting: object) -> None:
    if isinstance(waiting, TargetCall):
        raise TargetFailed(Failure.CONNECT, "there is no target after the answer has gone out")
    await waiting  # type: ignore[misc]  # a Run yields calls and awaitables, nothing else
