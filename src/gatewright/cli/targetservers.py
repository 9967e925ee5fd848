"""`gatewright targetservers`: named back ends of an environment."""

import click

from gatewright.cli.noun import ALL_VERBS, Noun, group
from gatewright.cli.server import Server


def _where(server: Server, env: str) -> str:
    return server.path("environments", env, "targetservers")


targetservers = group(
    Noun(
        "targetservers",
        "Target servers: named back ends, each environment with its own hosts and ports.",
        _where,
        example="name=backend host=backend.example port=443 isEnabled=true",
        options=(click.option("--env", metavar="NAME", required=True, help="The environment."),),
    ),
    *ALL_VERBS,
)
