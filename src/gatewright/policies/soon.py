"""Going on with the answer of a look-up: at once where it is at hand, else when it has come."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from gatewright.engine.ports import Soon

T = TypeVar("T")


def after(soon: Soon[T], go_on: Callable[[T], Awaitable[None] | None]) -> Awaitable[None] | None:
    """What `go_on` gives for the answer, or what must be awaited for that to happen."""
    if isinstance(soon, Awaitable):
        return _later(soon, go_on)
    return go_on(soon)


async def _later(answer: Awaitable[T], go_on: Callable[[T], Awaitable[None] | None]) -> None:
    rest = go_on(await answer)
    if rest is not None:
        await rest
