"""While the store is away the management API says so with 503 and why; when it is back, it works again."""

import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.management.installation import Installation, installation

import gatewright.store.sqlite as sqlite_backend


@pytest.fixture
async def impatient(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Installation]:
    """An installation that gives up on a lock soon."""
    monkeypatch.setattr(sqlite_backend, "BUSY_TIMEOUT_MS", 100)
    async with installation(tmp_path) as installed:
        yield installed


@contextmanager
def locked(database: Path) -> Iterator[None]:
    """Another process holds the write lock."""
    connection = sqlite3.connect(database, isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        connection.rollback()
        connection.close()


async def test_a_write_to_a_locked_store_is_503_with_the_reason(
    impatient: Installation, tmp_path: Path
) -> None:
    with locked(tmp_path / "gatewright.db"):
        response = await impatient.api("POST", "apiproducts", {"name": "p"})
        assert response.status_code == 503
        assert response.headers["retry-after"] == "5"
        assert response.json() == {
            "code": "management.StoreUnavailable",
            "message": "the store is not available: database is locked",
            "contexts": [],
        }
        assert (await impatient.api("GET", "apiproducts")).json() == []
    assert (await impatient.api("POST", "apiproducts", {"name": "p"})).status_code == 201


async def test_a_store_that_has_been_closed_is_503(installed: Installation) -> None:
    assert (await installed.api("GET", "apiproducts")).status_code == 200
    installed.store.close()
    for method, body in (("GET", None), ("POST", {"name": "p"})):
        response = await installed.api(method, "apiproducts", body)
        assert response.status_code == 503
        assert response.json()["message"] == "the store is not available: it has been closed"
    ready = await installed.api("GET", "/readyz", user=None)
    assert (ready.status_code, ready.json()["checks"]["store"]) == (503, "it has been closed")
    assert (await installed.api("GET", "/livez", user=None)).status_code == 200


async def test_a_database_that_is_destroyed_is_503_until_it_is_put_back(
    installed: Installation, tmp_path: Path
) -> None:
    database = tmp_path / "gatewright.db"
    connection = sqlite3.connect(database)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    content = database.read_bytes()
    database.write_bytes(b"destroyed" * 1_000)
    response = await installed.api("GET", "apiproducts")
    assert response.status_code == 503, response.text
    assert response.json()["code"] == "management.StoreUnavailable"
    database.write_bytes(content)
    assert (await installed.api("GET", "apiproducts")).status_code == 200
