"""Fixtures of the management API's tests."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.management.installation import Api, Installation, installation


@pytest.fixture
async def installed(tmp_path: Path) -> AsyncIterator[Installation]:
    async with installation(tmp_path) as made:
        yield made


@pytest.fixture
def api(installed: Installation) -> Api:
    return installed.api
