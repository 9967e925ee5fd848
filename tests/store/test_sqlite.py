"""The embedded back end's connections."""

import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from tests.support.stores import open_store

from gatewright.entities import Organization
from gatewright.store import Change, Store, StoreUnavailable, Transaction
from gatewright.store.sqlite import SqliteBackend


@pytest.mark.parametrize("purpose", ["writer", "relaxed_writer", "readers"])
def test_an_exception_does_not_show_what_was_to_be_written(tmp_path: Path, purpose: str) -> None:
    backend = SqliteBackend(tmp_path / "gatewright.db")
    engine = backend.readers(1) if purpose == "readers" else getattr(backend, purpose)()
    with engine.connect() as connection, pytest.raises(OperationalError) as failure:
        connection.execute(text("INSERT INTO nowhere VALUES (:secret)"), {"secret": "canary"})
    engine.dispose()
    assert "canary" not in str(failure.value)


# A file that is not at its place any more.


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    return tmp_path / "data"


@pytest.fixture
def store(folder: Path) -> Iterator[Store]:
    store = open_store(folder)
    yield store
    store.close()


def organization(name: str, transaction: Transaction) -> None:
    transaction.organizations.create(Organization(name=name))


async def create(store: Store, name: str) -> None:
    await store.write(lambda transaction: organization(name, transaction))


async def names(store: Store) -> tuple[str, ...]:
    return await store.read(lambda transaction: tuple(transaction.organizations.names()))


def moved(folder: Path) -> Path:
    return folder.rename(folder.with_name("elsewhere"))


async def test_nothing_is_acknowledged_while_the_file_is_elsewhere(store: Store, folder: Path) -> None:
    await create(store, "before")
    elsewhere = moved(folder)
    with pytest.raises(StoreUnavailable, match="unable to open database file"):
        await create(store, "lost")
    with pytest.raises(StoreUnavailable, match="unable to open database file"):
        await names(store)
    elsewhere.rename(folder)
    await create(store, "after")
    assert await names(store) == ("after", "before")


async def test_a_follower_goes_on_when_the_file_is_back(store: Store, folder: Path) -> None:
    follower = store.follow()
    elsewhere = moved(folder)
    assert follower.poll() == ()
    elsewhere.rename(folder)
    await create(store, "after")
    assert [change.name for change in follower.poll()] == ["after"]


def put_in_its_place(folder: Path, copy: Path) -> None:
    """As one restores a backup: whoever has the old file open keeps it."""
    for file in folder.glob("gatewright.db*"):
        file.unlink()
    shutil.copy(copy, folder / "gatewright.db")


async def test_a_backup_that_is_put_in_the_place_of_the_file_is_used_by_all(
    store: Store, folder: Path, tmp_path: Path
) -> None:
    follower = store.follow()
    await create(store, "kept")
    with sqlite3.connect(folder / "gatewright.db") as connection:
        connection.execute("VACUUM INTO ?", (str(tmp_path / "backup.db"),))
    connection.close()
    await create(store, "gone")
    assert len(follower.poll()) == 2
    put_in_its_place(folder, tmp_path / "backup.db")
    assert await names(store) == ("kept",)
    assert follower.poll() == (Change(1, "everything", "", "", ""),)
    assert store.lookups.token("kept", "no such hash") is None
    await create(store, "new")
    assert [change.name for change in follower.poll()] == ["new"]
    assert await names(store) == ("kept", "new")


async def test_what_is_no_database_in_the_place_of_the_file_ends_no_follower(
    store: Store, folder: Path, tmp_path: Path
) -> None:
    follower = store.follow()
    with sqlite3.connect(folder / "gatewright.db") as connection:
        connection.execute("VACUUM INTO ?", (str(tmp_path / "backup.db"),))
    connection.close()
    (tmp_path / "nonsense").write_bytes(b"nonsense" * 1_000)
    put_in_its_place(folder, tmp_path / "nonsense")
    for _ in range(2):
        with pytest.raises(StoreUnavailable):
            follower.poll()
    with pytest.raises(StoreUnavailable):
        store.lookups.token("kept", "no such hash")
    put_in_its_place(folder, tmp_path / "backup.db")
    assert [change.kind for change in follower.poll()] == ["everything"]
    assert store.lookups.token("kept", "no such hash") is None
