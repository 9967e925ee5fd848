"""What has been acknowledged is there, however the process ended."""

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa
from tests.store.records import KEY, fill

from gatewright.entities import token_hash
from gatewright.store import Store

# Writes tokens from several tasks and says the name of each once it has been acknowledged.
WRITER = """
import asyncio, sys
from gatewright.store import Store
from tests.store.records import KEY, token

async def write(store, task):
    for number in range(100_000):
        text = f"{task}-{number}"
        await store.write(lambda tx: tx.tokens.create(token(text)))
        sys.stdout.write(text + "\\n")
        sys.stdout.flush()

async def main():
    store = Store.open(sys.argv[1], KEY, now_ms=lambda: 0)
    await asyncio.gather(*(write(store, task) for task in range(8)))

asyncio.run(main())
"""


@pytest.mark.parametrize("acknowledged_before_the_end", [1, 50, 400])
def test_a_killed_process_has_lost_nothing_that_it_acknowledged(
    location: str, acknowledged_before_the_end: int
) -> None:
    store = Store.open(location, KEY, now_ms=lambda: 0)
    asyncio.run(store.write(fill))
    store.close()
    acknowledged = _write_until_killed(location, acknowledged_before_the_end)
    assert len(acknowledged) >= acknowledged_before_the_end
    reopened = Store.open(location, KEY, now_ms=lambda: 0)
    try:
        lost = [text for text in acknowledged if not reopened.lookups.token("myorg", token_hash(text))]
        assert lost == []
        asyncio.run(reopened.write(lambda tx: tx.changes.append("user", "", "still writable")))
    finally:
        reopened.close()
    _check_integrity(location)


def _write_until_killed(location: str, count: int) -> list[str]:
    root = Path(__file__).parents[2]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(root / "src"), str(root)])}
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, location], stdout=subprocess.PIPE, text=True, env=environment
    )
    assert process.stdout is not None
    with process, process.stdout as lines:
        acknowledged = [next(lines).strip() for _ in range(count)]
        process.send_signal(signal.SIGKILL)
        rest = lines.read()
    assert process.returncode == -signal.SIGKILL
    # A last line without its end was cut off while it was being written.
    return acknowledged + [line for line in rest.split("\n")[:-1] if line]


def _check_integrity(location: str) -> None:
    path = sa.make_url(location).database
    if not location.startswith("sqlite") or path is None:
        return
    connection = sqlite3.connect(path)
    try:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    finally:
        connection.close()
