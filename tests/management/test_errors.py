"""What is not Edge's answer but our defect is logged and told in one shape, without its details."""

import logging
from typing import Any

import httpx
import pytest
from tests.management.installation import ADMIN, PASSWORD, Installation, basic


@pytest.fixture
def defective(installed: Installation, monkeypatch: pytest.MonkeyPatch) -> Installation:
    """An installation whose store raises what nothing expects."""

    async def read(*_: Any) -> None:
        raise RuntimeError("the secret inside")

    monkeypatch.setattr(installed.store, "read", read)
    return installed


@pytest.mark.parametrize(
    ("accept", "start"),
    [("application/json", '{"code":"management.InternalError",'), ("application/xml", "<?xml version")],
)
async def test_a_defect_is_a_500_that_tells_nothing(
    accept: str, start: str, defective: Installation, caplog: pytest.LogCaptureFixture
) -> None:
    transport = httpx.ASGITransport(defective.app, raise_app_exceptions=False)
    headers = {"authorization": basic(ADMIN, PASSWORD), "accept": accept}
    with caplog.at_level(logging.ERROR):
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as http:
            response = await http.get("/v1/organizations", headers=headers)
    assert response.status_code == 500
    assert response.text.startswith(start)
    assert "secret" not in response.text
    (record,) = [each for each in caplog.records if each.name == "gatewright.management.errors"]
    assert record.exc_info is not None
    assert "the secret inside" in str(record.exc_info[1])
