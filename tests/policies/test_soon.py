"""An answer at hand is used at once; one that is still to come is waited for."""

import asyncio
from collections.abc import Awaitable

from gatewright.policies.soon import after


async def answer(value: int) -> int:
    await asyncio.sleep(0)
    return value


def test_an_answer_at_hand_needs_no_event_loop() -> None:
    seen: list[int] = []
    assert after(1, seen.append) is None
    assert seen == [1]


async def test_an_answer_that_comes_later_is_used_then_and_so_is_what_follows() -> None:
    seen: list[int] = []

    def go_on(value: int) -> Awaitable[None] | None:
        seen.append(value)
        return after(answer(value + 1), seen.append)

    waiting = after(answer(1), go_on)
    assert seen == []
    assert waiting is not None
    await waiting
    assert seen == [1, 2]
