"""`gatewright kvms`: key value maps of the organization, an environment or a proxy."""

import click

from gatewright.cli.noun import ALL_VERBS, Noun, group
from gatewright.cli.server import Server


def _where(server: Server, env: str | None, api: str | None) -> str:
    if env and api:
        raise click.UsageError("A map belongs to an environment or a proxy: give --env or --api, not both.")
    scope = ("environments", env) if env else ("apis", api) if api else ()
    return server.path(*scope, "keyvaluemaps")


kvms = group(
    Noun(
        "kvms",
        "Key value maps: of the organization, of an environment (--env) or of a proxy (--api).",
        _where,
        example='name=settings entry=\'[{"name": "limit", "value": "10"}]\'',
        options=(
            click.option("--env", metavar="NAME", help="The environment that the map belongs to."),
            click.option("--api", metavar="NAME", help="The proxy that the map belongs to."),
        ),
    ),
    *ALL_VERBS,
)
