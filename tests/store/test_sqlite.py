"""The embedded back end's connections."""

from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from gatewright.store.sqlite import SqliteBackend


@pytest.mark.parametrize("purpose", ["writer", "relaxed_writer", "readers"])
def test_an_exception_does_not_show_what_was_to_be_written(tmp_path: Path, purpose: str) -> None:
    backend = SqliteBackend(tmp_path / "gatewright.db")
    engine = backend.readers(1) if purpose == "readers" else getattr(backend, purpose)()
    with engine.connect() as connection, pytest.raises(OperationalError) as failure:
        connection.execute(text("INSERT INTO nowhere VALUES (:secret)"), {"secret": "canary"})
    engine.dispose()
    assert "canary" not in str(failure.value)
