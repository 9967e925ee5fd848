"""Forecasts have the shape that weatherapi's callers know from the tutorial."""

import httpx
import pytest

from gatewright.samples.standins.places import PLACES
from gatewright.xml import Element, parse_message

NAMESPACES = {
    "y": "http://xml.weather.yahoo.com/ns/rss/1.0",
    "geo": "http://www.w3.org/2003/01/geo/wgs84_pos#",
}


async def forecast(client: httpx.AsyncClient, query: str) -> Element:
    answer = await client.get(f"/forecastrss?{query}", headers={"Host": "weather.yahooapis.com"})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/xml;charset=UTF-8"
    return parse_message(answer.content)


def texts(rss: Element, path: str) -> list[str]:
    found = rss.xpath(path, namespaces=NAMESPACES)
    assert isinstance(found, list)
    return [str(text) for text in found]


async def test_palo_alto_is_forecast_as_in_the_tutorial(client: httpx.AsyncClient) -> None:
    rss = await forecast(client, "w=12797282")
    assert texts(rss, "channel/title/text()") == ["Yahoo! Weather - Palo Alto, CA"]
    assert texts(rss, "channel/description/text()") == ["Yahoo! Weather for Palo Alto, CA"]
    assert texts(rss, "channel/lastBuildDate/text()") == ["Mon, 09 Dec 2013 1:46 pm PST"]
    assert texts(rss, "channel/y:location/@*") == ["Palo Alto", "CA", "United States"]


async def test_a_channel_has_its_parts_in_yahoos_order(client: httpx.AsyncClient) -> None:
    rss = await forecast(client, "w=12797282")
    assert [child.tag.rpartition("}")[2] for child in rss[0]] == [
        *("title", "link", "description", "language", "lastBuildDate", "ttl"),
        *("location", "units", "wind", "atmosphere", "astronomy", "image", "item"),
    ]
    assert texts(rss, "channel/item/y:forecast/@day") == ["Mon", "Tue", "Wed", "Thu", "Fri"]
    assert texts(rss, "channel/item/y:forecast/@date")[0] == "9 Dec 2013"
    assert texts(rss, "channel/item/geo:lat/text()") == ["37.44"]


@pytest.mark.parametrize(
    ("unit", "units", "temperature", "pressure"),
    [
        ("f", ["F", "mi", "in", "mph"], "54", "30.19"),
        ("c", ["C", "km", "mb", "km/h"], "12", "1022"),
    ],
)
async def test_u_picks_the_units(
    client: httpx.AsyncClient, unit: str, units: list[str], temperature: str, pressure: str
) -> None:
    rss = await forecast(client, f"w=12797282&u={unit}")
    assert texts(rss, "channel/y:units/@*") == units
    assert texts(rss, "channel/item/y:condition/@temp") == [temperature]
    assert texts(rss, "channel/y:atmosphere/@pressure") == [pressure]


@pytest.mark.parametrize("woeid", PLACES)
async def test_every_known_place_is_forecast(client: httpx.AsyncClient, woeid: str) -> None:
    rss = await forecast(client, f"w={woeid}")
    assert PLACES[woeid].city in texts(rss, "channel/title/text()")[0]
    assert len(texts(rss, "channel/item/y:forecast")) == 5


@pytest.mark.parametrize("query", ["w=1", "w=", "", "w=%3Crss%3E"])
async def test_an_unknown_place_is_a_feed_that_says_error(client: httpx.AsyncClient, query: str) -> None:
    rss = await forecast(client, query)
    assert texts(rss, "channel/title/text()") == ["Yahoo! Weather - Error"]
    assert texts(rss, "channel/item/title/text()") == ["City not found"]
