"""The tree of migrations, one for every database, and how it is applied when the store is opened."""

from importlib import resources

from sqlalchemy import Connection, inspect, text

from gatewright.store.failures import StoreUnavailable

CURRENT = "0002"
"""The newest migration: a database that has it is left alone."""


def upgrade(connection: Connection) -> None:
    """Bring the database up to date, inside the connection's transaction, which locks others out.

    Raises StoreUnavailable for a database that a newer Gatewright has made.
    """
    applied = _applied(connection)
    if applied == CURRENT:
        return
    if applied is not None and applied > CURRENT:
        raise StoreUnavailable(
            f"the database has migration {applied}, newer than this Gatewright's {CURRENT}"
        )
    from alembic import command  # imported here: half a second that an up-to-date database need not pay
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(resources.files(__name__)))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, CURRENT)


def _applied(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return None if found is None else str(found)
