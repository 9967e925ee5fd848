"""An organization with an environment, and a gateway whose workers do as a test tells them."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.operations.installation import Installation, installation


@pytest.fixture
async def installed(tmp_path: Path) -> AsyncIterator[Installation]:
    async with installation(tmp_path) as made:
        yield made
