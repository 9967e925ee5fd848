"""What has to be done now and then so that the store does not grow without end."""

import asyncio

from gatewright.operations.acknowledgement import LIVE_FOR_MS
from gatewright.operations.work import writing
from gatewright.store import Store

_AT_ONCE = 200
"""Tokens dropped in one transaction: few enough that no write waits long behind it."""

_PAUSE_S = 0.05

FORGOTTEN_AFTER_MS = 60 * LIVE_FOR_MS
"""A worker that died without a word stays listed so long, for whoever looks for what happened."""


async def drop_expired_tokens(store: Store) -> int:
    """Drop every token of which neither half is good any more, little by little; how many went."""
    dropped = 0
    while True:
        went = await writing(store, lambda tx: tx.tokens.purge(tx.now_ms, _AT_ONCE))
        dropped += went
        if went < _AT_ONCE:
            return dropped
        await asyncio.sleep(_PAUSE_S)


async def forget_dead_workers(store: Store) -> None:
    """Drop from the registry who has long ceased to beat."""
    await store.write_relaxed(lambda tx: tx.workers.forget(tx.now_ms - FORGOTTEN_AFTER_MS))
