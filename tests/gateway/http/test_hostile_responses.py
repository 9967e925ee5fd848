"""No answer that breaks a rule reaches the client as if it were whole, however its bytes are cut."""

import tomllib
from pathlib import Path
from typing import TypedDict

import pytest
from tests.gateway.http.rig import ORIGIN, End, Rig, status_of
from tests.gateway.http.test_hostile_requests import cuts

from gatewright.gateway.http.calls import Outcome


class Row(TypedDict, total=False):
    rule: str
    response: str
    verb: str
    version: str
    eof: bool


ROWS: list[Row] = tomllib.loads(Path(__file__).with_name("hostile_responses.toml").read_text("utf-8"))["row"]


def ask(client: End, row: Row) -> None:
    line = f"{row.get('verb', 'GET')} / HTTP/{row.get('version', '1.1')}\r\nHost: a\r\n\r\n"
    client.send(line.encode())


def complaint(row: Row, parts: list[bytes]) -> str:
    """What is wrong with what becomes of a hostile answer in these packets; "" for nothing."""
    rig = Rig()
    target, client = rig.target(), rig.client()
    ask(client, row)
    target.send(*parts)
    if row.get("eof") and not target.transport.is_closed:
        target.send_eof()
    if status_of(client.received) == 502:
        is_legal = client.received.count(b"HTTP/1.1") == 1
    else:
        is_legal = client.transport.is_aborted and not client.received.endswith(b"0\r\n\r\n")
    if not is_legal:
        return f"the client was sent {client.received!r}"
    is_gone = target.transport.is_closed and rig.pools.of(ORIGIN).idle_count == 0
    return "" if is_gone else "the connection to the target was kept"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["rule"])
async def test_an_answer_that_breaks_a_rule_is_never_passed_on_whole(row: Row) -> None:
    for parts in cuts(row["response"].encode("latin-1")):
        assert complaint(row, parts) == "", parts


async def test_a_call_cut_off_after_its_head_is_told_apart() -> None:
    rig = Rig()
    target, client = rig.target(), rig.client()
    client.send(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    target.send(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhello")
    target.send_eof()
    rig.server.finish_ended()
    assert rig.outcomes == [Outcome.BROKEN_OFF]
