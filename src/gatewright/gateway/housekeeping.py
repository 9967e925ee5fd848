"""The control process's chores: dropping what has expired."""

import asyncio
import logging

from gatewright.operations.housekeeping import drop_expired_tokens, forget_dead_workers
from gatewright.store import Store, StoreUnavailable

log = logging.getLogger(__name__)

INTERVAL_S = 60.0


async def keep_house(store: Store, interval_s: float = INTERVAL_S) -> None:
    """Until cancelled. While the store is away it is tried again later."""
    while True:
        try:
            dropped = await drop_expired_tokens(store)
            await forget_dead_workers(store)
        except StoreUnavailable as away:
            log.warning("expired tokens could not be dropped", extra={"reason": str(away)})
        else:
            if dropped:
                log.info("expired tokens have been dropped", extra={"count": dropped})
        await asyncio.sleep(interval_s)
