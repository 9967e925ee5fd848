"""Stand-ins answer by Host header, with or without a port, and under a path."""

import httpx
import pytest

from gatewright.samples.standins.hosts import HOSTS


def test_they_stand_for_the_hosts_of_the_samples() -> None:
    assert HOSTS == ("weather.yahooapis.com", "mocktarget.apigee.net")


@pytest.mark.parametrize("host", ["weather.yahooapis.com", "weather.yahooapis.com:9100"])
async def test_a_host_picks_its_stand_in(client: httpx.AsyncClient, host: str) -> None:
    answer = await client.get("/forecastrss?w=12797282", headers={"Host": host})
    assert "Palo Alto" in answer.text


@pytest.mark.parametrize(
    ("path", "text"), [("/weather/forecastrss?w=44418", "London"), ("/mocktarget/", "Guest")]
)
async def test_a_path_picks_a_stand_in_too(client: httpx.AsyncClient, path: str, text: str) -> None:
    assert text in (await client.get(path)).text


async def test_no_host_of_theirs_gets_a_list(client: httpx.AsyncClient) -> None:
    answer = await client.get("/")
    assert answer.status_code == 200
    assert all(host in answer.text for host in HOSTS)


async def test_a_path_of_the_other_host_is_not_found(client: httpx.AsyncClient) -> None:
    assert (await client.get("/json", headers={"Host": "weather.yahooapis.com"})).status_code == 404
