"""The places that the weather stand-in knows, with invented weather, and the units it speaks in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

CONDITIONS: Mapping[int, str] = {
    11: "Showers",
    20: "Foggy",
    26: "Cloudy",
    28: "Mostly Cloudy",
    30: "Partly Cloudy",
    31: "Clear",
    32: "Sunny",
    34: "Fair",
}
"""Texts of Yahoo!'s condition codes."""


@dataclass(frozen=True, slots=True)
class Units:
    """A system of units, and what imperial figures are in it, as whole numbers unless said otherwise."""

    temperature: str
    distance: str
    pressure: str
    speed: str
    is_metric: bool

    def degrees(self, fahrenheit: int) -> str:
        return str(round((fahrenheit - 32) / 1.8) if self.is_metric else fahrenheit)

    def speed_of(self, mph: int) -> str:
        return str(round(mph * 1.609344) if self.is_metric else mph)

    def distance_of(self, miles: int) -> str:
        return str(round(miles * 1.609344) if self.is_metric else miles)

    def pressure_of(self, inches: float) -> str:
        """Inches of mercury with two decimals, or millibars."""
        return str(round(inches * 33.8639)) if self.is_metric else f"{inches:.2f}"


IMPERIAL = Units("F", "mi", "in", "mph", is_metric=False)
METRIC = Units("C", "km", "mb", "km/h", is_metric=True)


@dataclass(frozen=True, slots=True)
class Place:
    """A place, its local time, its weather now and that of five days: (low °F, high °F, condition code)."""

    woeid: str
    city: str
    region: str
    country: str
    latitude: str
    longitude: str
    today: date
    time: str
    zone: str
    sunrise: str
    sunset: str
    temperature_f: int
    chill_f: int
    condition: int
    wind_degrees: int
    wind_mph: int
    humidity_percent: int
    visibility_mi: int
    pressure_in: float
    days: tuple[tuple[int, int, int], ...]


_MONDAY = date(2013, 12, 9)
_TUESDAY = date(2013, 12, 10)  # already, in Asia

PLACES: Mapping[str, Place] = {
    place.woeid: place
    for place in (
        Place(
            "12797282", "Palo Alto", "CA", "United States", "37.44", "-122.14",
            _MONDAY, "1:46 pm", "PST", "7:10 am", "4:50 pm",
            54, 54, 34, 320, 5, 32, 10, 30.19,
            ((30, 55, 32), (31, 56, 32), (34, 58, 30), (37, 60, 30), (39, 62, 28)),
        ),
        Place(
            "2487956", "San Francisco", "CA", "United States", "37.77", "-122.42",
            _MONDAY, "1:46 pm", "PST", "7:12 am", "4:51 pm",
            52, 50, 32, 300, 9, 41, 10, 30.20,
            ((38, 53, 32), (40, 54, 30), (42, 55, 20), (44, 57, 30), (45, 58, 28)),
        ),
        Place(
            "2459115", "New York", "NY", "United States", "40.71", "-74.01",
            _MONDAY, "4:46 pm", "EST", "7:07 am", "4:28 pm",
            38, 33, 26, 40, 7, 81, 6, 30.27,
            ((31, 40, 26), (27, 36, 11), (24, 34, 30), (21, 30, 32), (25, 33, 28)),
        ),
        Place(
            "44418", "London", "", "United Kingdom", "51.51", "-0.13",
            _MONDAY, "9:46 pm", "GMT", "7:54 am", "3:52 pm",
            45, 43, 31, 200, 4, 87, 5, 30.48,
            ((39, 50, 30), (41, 49, 20), (40, 48, 28), (43, 51, 11), (44, 52, 26)),
        ),
        Place(
            "1118370", "Tokyo", "", "Japan", "35.69", "139.69",
            _TUESDAY, "6:46 am", "JST", "6:37 am", "4:28 pm",
            46, 44, 11, 350, 6, 93, 4, 29.74,
            ((43, 58, 11), (42, 55, 32), (39, 53, 32), (38, 52, 30), (36, 50, 32)),
        ),
        Place(
            "2295420", "Bangalore", "KA", "India", "12.97", "77.59",
            _TUESDAY, "3:16 am", "IST", "6:28 am", "5:54 pm",
            64, 64, 20, 80, 3, 88, 2, 29.98,
            ((62, 81, 30), (61, 82, 32), (60, 82, 32), (61, 81, 30), (63, 80, 28)),
        ),
    )
}  # fmt: skip
"""By WOEID, Yahoo!'s number for a place on earth."""
