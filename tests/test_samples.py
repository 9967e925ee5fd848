"""Every predefined bundle can be deployed as it is, and answers."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from tests.engine.harness import call
from tests.support.ports import make_ports

from gatewright.bundle.archive import read_zip, write_zip
from gatewright.bundle.diagnostics import Report
from gatewright.engine.context import Place
from gatewright.engine.load import load_archive
from gatewright.engine.ports import Ports
from gatewright.engine.proxy import CompiledProxy
from gatewright.engine.surroundings import Surroundings
from gatewright.message import Headers, Response
from gatewright.policies import policy_types
from gatewright.samples import bundles
from gatewright.samples.standins.app import stand_ins
from gatewright.samples.standins.hosts import HOSTS
from gatewright.services.memory.counters import MemoryCounters


@pytest.fixture
def ports(tmp_path: Path) -> Iterator[Ports]:
    counters = MemoryCounters.open(tmp_path, slots=64)
    yield make_ports(counters=counters)
    counters.close()


def load(name: str, ports: Ports) -> tuple[CompiledProxy | None, Report]:
    archive = read_zip(write_zip(bundles()[name]))
    place = Place("myorg", "test", name, "1")
    return load_archive(archive, policy_types(), Surroundings(place, frozenset({"default", "secure"})), ports)


async def weather() -> Response:
    """What the stand-in answers to the tutorial's call."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(stand_ins())) as client:
        answer = await client.get(f"http://{HOSTS[0]}/forecastrss?w=12797282")
    return Response(
        200, "OK", Headers([(b"Content-Type", answer.headers["content-type"].encode())]), answer.content
    )


@pytest.mark.parametrize("name", bundles())
def test_a_sample_can_be_deployed(name: str, ports: Ports) -> None:
    compiled, report = load(name, ports)
    assert compiled is not None
    assert [str(found) for found in report if found.rule != "unsupported-policy"] == []


def test_weatherapi_answers_json_and_arrests_spikes(ports: Ports) -> None:
    compiled, _ = load("weatherapi", ports)
    assert compiled is not None
    (endpoint,) = compiled.endpoints
    first = call(endpoint, asyncio.run(weather()), uri="/v0/weather/forecastrss?w=12797282")
    assert first.response.headers.get("content-type") == "application/json"
    channel = json.loads(first.response.content)["rss"]["channel"]
    assert channel["title"] == "Yahoo! Weather - Palo Alto, CA"
    assert first.target.calls[0].origin.host == HOSTS[0]
    second = call(endpoint, Response(200), uri="/v0/weather/forecastrss?w=12797282")
    assert (second.response.status, second.target.calls) == (429, [])


def test_oauth_echoes_what_is_not_for_its_endpoints(ports: Ports) -> None:
    compiled, _ = load("oauth", ports)
    assert compiled is not None
    (endpoint,) = compiled.endpoints
    result = call(endpoint, Response(500), uri="/oauth/client_credential/accesstoken")
    assert (result.response.status, result.response.content, result.target.calls) == (200, b"", [])
