"""`gatewright envs`: the environments of the organization."""

from gatewright.cli.noun import Noun, getting, group, listing
from gatewright.cli.server import Server


def _where(server: Server) -> str:
    return server.path("environments")


envs = group(Noun("envs", "Environments: where proxies are deployed to.", _where), listing, getting)
