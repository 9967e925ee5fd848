"""Tokens on the real store: durable before they are answered, each refreshed once."""

import asyncio
import json
from pathlib import Path

from tests.policies.oauth.support import (
    BEARER,
    CLIENT_CREDENTIALS,
    FORM,
    GENERATE,
    REFRESH,
    REFRESH_FORM,
    VERIFY,
    oauth,
)
from tests.policies.support import compile_step, request, run_in_loop, run_step
from tests.support.ports import FixedClock, make_ports
from tests.support.records import CLIENT, refreshable
from tests.support.stores import add_client, open_store

from gatewright.engine.ports import Ports
from gatewright.entities import AccessToken
from gatewright.policies.oauth_v2 import OAuthV2
from gatewright.services.chance import SystemChance
from gatewright.services.sql.clients import SqlClients
from gatewright.services.sql.tokens import SqlTokens
from gatewright.store import Store


async def with_store(folder: Path) -> tuple[Store, Ports]:
    store = open_store(folder)
    await add_client(store)
    clock = FixedClock()
    return store, make_ports(
        clock=clock, chance=SystemChance(), clients=SqlClients(store), tokens=SqlTokens(store)
    )


async def test_a_token_issued_on_the_real_store_is_on_disk_and_verified(tmp_path: Path) -> None:
    store, ports = await with_store(tmp_path)
    try:
        flow = request("POST", "/accesstoken", form=FORM, ports=ports)
        issued = await run_in_loop(
            OAuthV2, oauth(GENERATE + CLIENT_CREDENTIALS + "<GenerateResponse/>"), flow, ports=ports
        )
        text = json.loads(issued.answer.content)["access_token"]
        other = open_store(tmp_path)
        assert SqlTokens(other).find("myorg", text) is not None
        other.close()
        flow = request(headers={"Authorization": f"Bearer {text}"}, ports=ports)
        verified = await run_in_loop(OAuthV2, oauth(VERIFY), flow, ports=ports)
        flow = request(headers={"Authorization": f"Bearer {text}x"}, ports=ports)
        refused = await run_in_loop(OAuthV2, oauth(VERIFY), flow, ports=ports)
    finally:
        store.close()
    assert len(text) == 28
    assert text.isalnum()
    assert (verified.fault, verified.waits) == (None, 0)
    assert refused.answer.status == 401


async def test_a_wrong_secret_is_refused_on_the_real_store(tmp_path: Path) -> None:
    store, ports = await with_store(tmp_path)
    try:
        flow = request("POST", "/accesstoken", form=FORM + "x", ports=ports)
        outcome = await run_in_loop(OAuthV2, oauth(GENERATE + CLIENT_CREDENTIALS), flow, ports=ports)
    finally:
        store.close()
    assert outcome.fault is not None
    assert outcome.fault.name == "InvalidClientIdentifier"


async def test_a_hundred_tokens_at_once_are_a_hundred_tokens(tmp_path: Path) -> None:
    store, ports = await with_store(tmp_path)
    try:
        step = compile_step(OAuthV2, oauth(GENERATE + CLIENT_CREDENTIALS + "<GenerateResponse/>"), ports)
        flows = [request("POST", "/accesstoken", form=FORM, ports=ports) for _ in range(100)]
        outcomes = await asyncio.gather(*(run_step(step, flow) for flow in flows))
        texts = {json.loads(each.answer.content)["access_token"] for each in outcomes}
        assert len(texts) == 100
        assert all(ports.tokens.find("myorg", text) is not None for text in texts)
    finally:
        store.close()


async def refresh_twenty_times(folder: Path, inside: str) -> tuple[int, list[AccessToken]]:
    """How many of twenty refreshes at once succeeded, and the records that are left."""
    store, ports = await with_store(folder)
    try:
        await ports.tokens.issue(refreshable())
        step = compile_step(OAuthV2, oauth(f"{REFRESH}{inside}<GenerateResponse/>"), ports)
        flows = [request("POST", form=REFRESH_FORM, ports=ports) for _ in range(20)]
        outcomes = await asyncio.gather(*(run_step(step, flow) for flow in flows))
        assert {each.answer.status for each in outcomes} <= {200, 400}
        records = await store.read(lambda tx: tx.tokens.of_app("myorg", CLIENT.app.app_id))
        return sum(each.answer.status == 200 for each in outcomes), list(records)
    finally:
        store.close()


async def test_of_twenty_refreshes_at_once_one_wins(tmp_path: Path) -> None:
    won, (record,) = await refresh_twenty_times(tmp_path, "")
    assert (won, record.refresh_count) == (1, 1)


async def test_a_refresh_token_that_is_kept_never_has_two_access_tokens(tmp_path: Path) -> None:
    won, (record,) = await refresh_twenty_times(tmp_path, "<ReuseRefreshToken>true</ReuseRefreshToken>")
    assert won == record.refresh_count > 0


async def test_a_refreshed_token_no_longer_works(tmp_path: Path) -> None:
    store, ports = await with_store(tmp_path)
    try:
        await ports.tokens.issue(refreshable())
        for text, status in ((REFRESH_FORM, 200), (REFRESH_FORM, 400)):
            flow = request("POST", form=text, ports=ports)
            outcome = await run_in_loop(OAuthV2, oauth(f"{REFRESH}<GenerateResponse/>"), flow, ports=ports)
            assert outcome.answer.status == status
        old = await run_in_loop(OAuthV2, oauth(VERIFY), request(headers=BEARER, ports=ports), ports=ports)
        assert old.answer.status == 401
    finally:
        store.close()
