"""A real store with the tutorial's client in it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.support.stores import add_client, open_store

from gatewright.store import Store


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = open_store(tmp_path)
    await add_client(opened)
    yield opened
    opened.close()
