"""A client of the stand-ins, called in this process."""

from collections.abc import AsyncIterator

import httpx
import pytest

from gatewright.samples.standins.app import stand_ins


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(stand_ins())
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:9100") as client:
        yield client
