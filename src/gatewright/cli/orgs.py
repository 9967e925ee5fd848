"""`gatewright orgs`: organizations."""

from gatewright.cli.noun import Noun, getting, group, listing
from gatewright.cli.server import Server


def _where(_server: Server) -> str:
    return "/v1/organizations"


orgs = group(
    Noun("orgs", "Organizations: each has its own proxies, products, developers and apps.", _where),
    listing,
    getting,
)
