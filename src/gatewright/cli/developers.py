"""`gatewright developers`: who owns apps."""

from gatewright.cli.noun import ALL_VERBS, Noun, group
from gatewright.cli.server import Server


def _where(server: Server) -> str:
    return server.path("developers")


developers = group(
    Noun(
        "developers",
        "Developers: who owns apps.",
        _where,
        key="EMAIL",
        example="email=ada@example.com firstName=Ada lastName=Lovelace userName=ada",
    ),
    *ALL_VERBS,
)
