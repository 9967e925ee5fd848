"""The migrations make the tables that the code expects, once, whoever comes first."""

import asyncio
import multiprocessing
from collections.abc import Callable
from importlib import resources

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from tests.store.records import KEY, fill

from gatewright.store import Store, StoreUnavailable, migrations
from gatewright.store.tables import metadata


def test_current_is_the_newest_migration() -> None:
    config = Config()
    config.set_main_option("script_location", str(resources.files(migrations)))
    config.set_main_option("path_separator", "os")
    assert ScriptDirectory.from_config(config).get_current_head() == migrations.CURRENT


def test_the_migrations_make_the_tables_of_the_code(open_store: Callable[[], Store], location: str) -> None:
    open_store()
    engine = sa.create_engine(location)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    engine.dispose()


def test_every_table_can_be_taken_down_again(open_store: Callable[[], Store], location: str) -> None:
    open_store()
    config = Config()
    config.set_main_option("script_location", str(resources.files(migrations)))
    config.set_main_option("path_separator", "os")
    from alembic import command

    engine = sa.create_engine(location)
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
        assert sa.inspect(connection).get_table_names() == ["alembic_version"]
    engine.dispose()


def test_a_database_of_a_newer_gatewright_is_refused(open_store: Callable[[], Store], location: str) -> None:
    open_store()
    engine = sa.create_engine(location)
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    with pytest.raises(StoreUnavailable, match="newer"):
        Store.open(location, KEY, now_ms=lambda: 0)


def test_what_is_there_survives_being_opened_again(open_store: Callable[[], Store]) -> None:
    asyncio.run(open_store().write(fill))
    assert asyncio.run(open_store().read(lambda tx: tx.organizations.names())) == ("myorg",)


def test_processes_that_start_at_once_all_find_a_migrated_database(location: str) -> None:
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(4)
    processes = [context.Process(target=_open_at_once, args=(location, barrier)) for _ in range(4)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0] * 4


def _open_at_once(location: str, barrier: "multiprocessing.synchronize.Barrier") -> None:
    barrier.wait(30)
    store = Store.open(location, KEY, now_ms=lambda: 0)
    asyncio.run(store.write(lambda tx: tx.changes.append("user", "", "x")))
    store.close()
