"""All stand-ins in one ASGI app: each under its host's name, and under a path for a look in the browser."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Host, Mount, Route

from gatewright.samples.standins import mocktarget, weather
from gatewright.samples.standins.hosts import MOCKTARGET, WEATHER

_LISTING = f"""\
Stand-ins for the backends of samples. They answer to the Host header, or under a path here:
  /weather/forecastrss?w=12797282   {WEATHER}
  /mocktarget/help                  {MOCKTARGET}
"""


def stand_ins() -> Starlette:
    weather_routes, mocktarget_routes = weather.routes(), mocktarget.routes()
    return Starlette(
        routes=[
            Host(WEATHER, Starlette(routes=weather_routes)),
            Host(MOCKTARGET, Starlette(routes=mocktarget_routes)),
            Mount("/weather", routes=weather_routes),
            Mount("/mocktarget", routes=mocktarget_routes),
            Route("/", _list),
        ]
    )


async def _list(request: Request) -> PlainTextResponse:
    del request
    return PlainTextResponse(_LISTING)
