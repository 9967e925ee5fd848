"""`gatewright apps`: developer apps with their keys."""

import click

from gatewright.cli.noun import Noun, creating, deleting, getting, group, listing, updating
from gatewright.cli.server import Server

_DEVELOPER = "The developer who owns the app."


def _anywhere(server: Server, developer: str | None) -> str:
    return server.path("developers", developer, "apps") if developer else server.path("apps")


def _of_developer(server: Server, developer: str) -> str:
    return server.path("developers", developer, "apps")


_DOC = "Apps: each has keys, and each key is approved for products."
_READING = Noun(
    "apps",
    f"{_DOC} Without --developer, an app goes by its id, not its name.",
    _anywhere,
    options=(click.option("--developer", metavar="EMAIL", help=_DEVELOPER),),
)
_WRITING = Noun(
    "apps",
    _DOC,
    _of_developer,
    example="name=weather2 apiProducts='[\"PremiumWeatherAPI\"]'",
    options=(click.option("--developer", metavar="EMAIL", required=True, help=_DEVELOPER),),
)

apps = group(_READING, listing, getting)
for verb in (creating, updating, deleting):
    apps.add_command(verb(_WRITING))
