"""Going on with the answer of a look-up: at once where it is at hand, else when it has come."""

from collections.abc import Awaitable, Callable
from typing import TypeGuard, TypeVar, cast

from gatewright.engine.ports import Soon

T = TypeVar("T")


def is_here(soon: Soon[T]) -> TypeGuard[T]:
    """Whether the answer is at hand. Cheaper than asking for an instance of Awaitable."""
    return not hasattr(soon, "__await__")


def after(soon: Soon[T], go_on: Callable[[T], Awaitable[None] | None]) -> Awaitable[None] | None:
    """What `go_on` gives for the answer, or what must be awaited for that to happen."""
    if is_here(soon):
        return go_on(soon)
    return _later(cast(Awaitable[T], soon), go_on)


async def _later(answer: Awaitable[T], go_on: Callable[[T], Awaitable[None] | None]) -> None:
    rest = go_on(await answer)
    if rest is not None:
        await rest
