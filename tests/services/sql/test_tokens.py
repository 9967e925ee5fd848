"""Tokens are kept as hashes, found again, replaced once, and forgotten when they change."""

import asyncio
from pathlib import Path

import pytest
from msgspec.structs import replace
from tests.services.sql.scripted_store import ScriptedStore
from tests.support.records import REFRESH_TOKEN, TOKEN, refreshable, token
from tests.support.stores import open_store

from gatewright.engine.ports import StoreAway, TokenTaken
from gatewright.entities import token_hash
from gatewright.services.sql.tokens import SqlTokens
from gatewright.store import Change, Store


def everything_in(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.iterdir() if path.is_file())


async def test_an_issued_token_is_found_by_its_text(store: Store) -> None:
    tokens = SqlTokens(store)
    await tokens.issue(token())
    assert tokens.find("myorg", TOKEN) == token()


async def test_there_is_no_token_of_another_text_or_organization(store: Store) -> None:
    tokens = SqlTokens(store)
    await tokens.issue(token())
    for text in (TOKEN[:-1], TOKEN.lower(), "", token_hash(TOKEN), "é\0"):
        assert tokens.find("myorg", text) is None
    assert tokens.find("other", TOKEN) is None


async def test_an_issued_token_is_on_disk_when_issue_returns(store: Store, tmp_path: Path) -> None:
    await SqlTokens(store).issue(token())
    other_process = open_store(tmp_path)
    try:
        assert SqlTokens(other_process).find("myorg", TOKEN) == token()
    finally:
        other_process.close()


async def test_the_text_of_a_token_is_nowhere_on_disk(store: Store, tmp_path: Path) -> None:
    await SqlTokens(store).issue(refreshable())
    written = everything_in(tmp_path)
    assert token_hash(TOKEN).encode() in written
    assert TOKEN.encode() not in written
    assert REFRESH_TOKEN.encode() not in written


async def test_a_token_is_looked_up_once(store: Store) -> None:
    script = ScriptedStore(store)
    tokens = SqlTokens(script)
    await tokens.issue(token())
    assert tokens.find("myorg", TOKEN) is tokens.find("myorg", TOKEN)
    assert script.lookups_made == 1


async def test_a_token_of_the_same_text_is_refused(store: Store) -> None:
    tokens = SqlTokens(store)
    await tokens.issue(token())
    with pytest.raises(TokenTaken):
        await tokens.issue(token(scopes=("WRITE",)))
    assert tokens.find("myorg", TOKEN) == token()


async def test_a_refresh_token_leads_to_its_record(store: Store) -> None:
    tokens = SqlTokens(store)
    await tokens.issue(refreshable())
    assert tokens.find_by_refresh_token("myorg", REFRESH_TOKEN) == refreshable()
    assert tokens.find_by_refresh_token("myorg", TOKEN) is None
    assert tokens.find_by_refresh_token("other", REFRESH_TOKEN) is None


async def test_a_replaced_token_is_gone_with_its_refresh_token(store: Store) -> None:
    tokens = SqlTokens(store)
    await tokens.issue(refreshable())
    tokens.find("myorg", TOKEN)
    new = refreshable("new", "new refresh", refresh_count=1)
    assert await tokens.replace(refreshable(), new)
    assert tokens.find("myorg", TOKEN) is None
    assert tokens.find_by_refresh_token("myorg", REFRESH_TOKEN) is None
    assert tokens.find("myorg", "new") == new
    assert tokens.find_by_refresh_token("myorg", "new refresh") == new


async def test_of_twenty_replacements_at_once_one_takes_place(store: Store) -> None:
    tokens = SqlTokens(store)
    await tokens.issue(refreshable())
    replacements = [refreshable(f"new {n}", f"new refresh {n}") for n in range(20)]
    done = await asyncio.gather(*(tokens.replace(refreshable(), new) for new in replacements))
    assert done.count(True) == 1
    live = [n for n in range(20) if tokens.find("myorg", f"new {n}") is not None]
    assert live == [done.index(True)]


async def test_a_token_changed_elsewhere_is_forgotten(store: Store) -> None:
    tokens = SqlTokens(store)
    await tokens.issue(token())
    tokens.find("myorg", TOKEN)
    follower = store.follow()
    await store.write(lambda tx: tx.tokens.update(replace(token(), status="revoked")))
    for change in follower.poll():
        tokens.forget(change)
    follower.close()
    found = tokens.find("myorg", TOKEN)
    assert found is not None
    assert found.status == "revoked"


async def test_everything_is_forgotten_when_the_feed_says_so(store: Store) -> None:
    script = ScriptedStore(store)
    tokens = SqlTokens(script)
    await tokens.issue(token())
    tokens.find("myorg", TOKEN)
    tokens.forget(Change(1, "app", "myorg", "", token_hash(TOKEN)))
    tokens.find("myorg", TOKEN)
    assert script.lookups_made == 1
    tokens.forget(Change(2, "everything", "", "", ""))
    tokens.find("myorg", TOKEN)
    assert script.lookups_made == 2


async def test_while_the_store_is_away_a_kept_token_serves_until_its_time_is_up(store: Store) -> None:
    now = [0.0]
    script = ScriptedStore(store)
    tokens = SqlTokens(script, ttl_ms=180_000, now_ms=lambda: now[0])
    await tokens.issue(token())
    tokens.find("myorg", TOKEN)
    script.is_away = True
    now[0] = 179_999
    assert tokens.find("myorg", TOKEN) == token()
    now[0] = 180_000
    with pytest.raises(StoreAway):
        tokens.find("myorg", TOKEN)


async def test_while_the_store_is_away_nothing_is_issued_or_called_wrong(store: Store) -> None:
    script = ScriptedStore(store)
    tokens = SqlTokens(script)
    script.is_away = True
    with pytest.raises(StoreAway):
        await tokens.issue(token())
    with pytest.raises(StoreAway):
        tokens.find("myorg", "unknown")
    with pytest.raises(StoreAway):
        tokens.find_by_refresh_token("myorg", "unknown")
    with pytest.raises(StoreAway):
        await tokens.replace(refreshable(), refreshable("new"))
