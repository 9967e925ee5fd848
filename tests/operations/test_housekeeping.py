"""What has expired goes, all of it, little by little; what is good stays."""

from msgspec.structs import replace
from tests.operations.installation import Installation
from tests.support.records import token

from gatewright.operations.housekeeping import (
    FORGOTTEN_AFTER_MS,
    drop_expired_tokens,
    forget_dead_workers,
)
from gatewright.store import Transaction


async def test_every_expired_token_goes_and_no_other(installed: Installation) -> None:
    now_ms = installed.clock.now_ms()

    def create(tx: Transaction) -> None:
        for number in range(450):
            tx.tokens.create(token(f"old {number}", expires_at=now_ms))
        tx.tokens.create(token("good", expires_at=now_ms + 1))
        tx.tokens.create(token("for good", expires_at=-1))

    await installed.store.write(create)
    assert await drop_expired_tokens(installed.store) == 450
    assert await drop_expired_tokens(installed.store) == 0
    for text in ("good", "for good"):
        assert installed.store.lookups.token("myorg", token(text).hash)
    assert installed.store.lookups.token("myorg", token("old 7").hash) is None


async def test_a_token_that_can_be_refreshed_stays(installed: Installation) -> None:
    expired = replace(token("t", expires_at=1), refresh_token_hash="r")
    await installed.store.write(lambda tx: tx.tokens.create(expired))
    assert await drop_expired_tokens(installed.store) == 0


async def test_dead_workers_are_forgotten_and_live_ones_are_not(installed: Installation) -> None:
    await installed.worker("dead")
    installed.clock.advance(FORGOTTEN_AFTER_MS + 1)
    await installed.worker("live")
    await forget_dead_workers(installed.store)
    workers = await installed.store.read(lambda tx: tx.workers.live(0))
    assert [each.id for each in workers] == ["live"]
