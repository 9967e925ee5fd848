"""The control process drops what has expired, again and again, and outlives a store that is away."""

import asyncio
import logging
from pathlib import Path

import pytest
from tests.support.records import token
from tests.support.stores import open_store

from gatewright.gateway.housekeeping import keep_house
from gatewright.gateway.tasks import Tasks


async def test_expired_tokens_go_again_and_again(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    chores = Tasks(asyncio.get_running_loop())
    chores.start(keep_house(store, interval_s=0.01))
    try:
        for text in ("first", "second"):
            await store.write(lambda tx, text=text: tx.tokens.create(token(text, expires_at=1)))  # type: ignore[misc]
            async with asyncio.timeout(10):
                while store.lookups.token("myorg", token(text).hash):  # noqa: ASYNC110  (the store has no event for it)
                    await asyncio.sleep(0.01)
    finally:
        await chores.cancel_all()
        store.close()


async def test_a_store_that_is_away_is_waited_for(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    store = open_store(tmp_path)
    store.close()
    chores = Tasks(asyncio.get_running_loop())
    task = chores.start(keep_house(store, interval_s=0.01))
    with caplog.at_level(logging.WARNING):
        await asyncio.sleep(0.1)
    assert not task.done()
    assert "expired tokens could not be dropped" in caplog.text
    await chores.cancel_all()
