"""In place of weather.yahooapis.com, which Yahoo! has closed: forecasts as RSS, of our own making.

The same day is forecast for ever, Monday 9 December 2013, so that an answer can be compared with the
tutorial's and with yesterday's.
"""

from datetime import date, timedelta

from lxml import etree
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gatewright.samples.standins.places import CONDITIONS, IMPERIAL, METRIC, PLACES, Place, Units
from gatewright.xml import Element

_YWEATHER = "http://xml.weather.yahoo.com/ns/rss/1.0"
_GEO = "http://www.w3.org/2003/01/geo/wgs84_pos#"
_LINK = "http://weather.yahoo.com/forecast/{place}.html"
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")  # strftime would follow the process's locale
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def routes() -> list[Route]:
    return [Route("/forecastrss", _forecast)]


async def _forecast(request: Request) -> Response:
    """`w` is the place's WOEID; `u=c` asks for metric units. Yahoo! answered 200 for unknown places too."""
    units = METRIC if request.query_params.get("u") == "c" else IMPERIAL
    content = forecast(request.query_params.get("w", ""), units)
    return Response(content, media_type="text/xml;charset=UTF-8")


def forecast(woeid: str, units: Units = IMPERIAL) -> bytes:
    """The RSS for a place, or Yahoo!'s error channel for one that is not known."""
    place = PLACES.get(woeid)
    rss = _error_rss() if place is None else _place_rss(place, units)
    return etree.tostring(rss, xml_declaration=True, encoding="UTF-8", standalone=True, pretty_print=True)


def _error_rss() -> Element:
    rss, channel = _rss()
    _add(channel, "title", "Yahoo! Weather - Error")
    _add(channel, "description", "Yahoo! Weather Error")
    item = _add(channel, "item")
    _add(item, "title", "City not found")
    _add(
        item, "description", "No forecast is known for this place. Ask with w= and a WOEID, such as 12797282."
    )
    return rss


def _place_rss(place: Place, units: Units) -> Element:
    rss, channel = _rss()
    city = f"{place.city}, {place.region or place.country}"
    link = _LINK.format(place=place.woeid)
    _add(channel, "title", f"Yahoo! Weather - {city}")
    _add(channel, "link", link)
    _add(channel, "description", f"Yahoo! Weather for {city}")
    _add(channel, "language", "en-us")
    _add(channel, "lastBuildDate", _moment(place))
    _add(channel, "ttl", "60")
    _yahoo(channel, "location", city=place.city, region=place.region, country=place.country)
    _add_now(channel, place, units)
    _add_image(channel, link)
    _add_item(channel, place, units, city, link)
    return rss


def _rss() -> tuple[Element, Element]:
    rss = etree.Element("rss", {"version": "2.0"}, {"yweather": _YWEATHER, "geo": _GEO})
    return rss, _add(rss, "channel")


def _add_now(channel: Element, place: Place, units: Units) -> None:
    _yahoo(
        channel,
        "units",
        temperature=units.temperature,
        distance=units.distance,
        pressure=units.pressure,
        speed=units.speed,
    )
    _yahoo(
        channel,
        "wind",
        chill=units.degrees(place.chill_f),
        direction=str(place.wind_degrees),
        speed=units.speed_of(place.wind_mph),
    )
    _yahoo(
        channel,
        "atmosphere",
        humidity=str(place.humidity_percent),
        visibility=units.distance_of(place.visibility_mi),
        pressure=units.pressure_of(place.pressure_in),
        rising="0",
    )
    _yahoo(channel, "astronomy", sunrise=place.sunrise, sunset=place.sunset)


def _add_image(channel: Element, link: str) -> None:
    image = _add(channel, "image")
    _add(image, "title", "Yahoo! Weather")
    _add(image, "width", "142")
    _add(image, "height", "18")
    _add(image, "link", "http://weather.yahoo.com")
    _add(image, "url", f"{link}.gif")


def _add_item(channel: Element, place: Place, units: Units, city: str, link: str) -> None:
    moment = _moment(place)
    now = CONDITIONS[place.condition]
    temperature = units.degrees(place.temperature_f)
    item = _add(channel, "item")
    _add(item, "title", f"Conditions for {city} at {moment.split(' ', 4)[4]}")
    _add(item, f"{{{_GEO}}}lat", place.latitude)
    _add(item, f"{{{_GEO}}}long", place.longitude)
    _add(item, "link", link)
    _add(item, "pubDate", moment)
    _yahoo(item, "condition", text=now, code=str(place.condition), temp=temperature, date=moment)
    summary = _add(item, "description")
    summary.text = etree.CDATA(f"\n<b>Now:</b> {now}, {temperature} {units.temperature}<br />\n")
    for number, (low_f, high_f, code) in enumerate(place.days):
        day = place.today + timedelta(days=number)
        _yahoo(
            item,
            "forecast",
            day=_DAYS[day.weekday()],
            date=_date(day).lstrip("0"),
            low=units.degrees(low_f),
            high=units.degrees(high_f),
            text=CONDITIONS[code],
            code=str(code),
        )
    last = place.today + timedelta(days=len(place.days) - 1)
    guid = _add(item, "guid", f"{place.woeid}_{last:%Y_%m_%d}_7_00_{place.zone}")
    guid.set("isPermaLink", "false")


def _moment(place: Place) -> str:
    return f"{_DAYS[place.today.weekday()]}, {_date(place.today)} {place.time} {place.zone}"


def _date(day: date) -> str:
    return f"{day.day:02} {_MONTHS[day.month - 1]} {day.year}"


def _yahoo(parent: Element, name: str, **attributes: str) -> None:
    etree.SubElement(parent, f"{{{_YWEATHER}}}{name}", attributes)


def _add(parent: Element, name: str, text: str | None = None) -> Element:
    element = etree.SubElement(parent, name)
    element.text = text
    return element
