"""`gatewright flowhooks`: the shared flows that an environment runs around all its proxies."""

import click

from gatewright.cli.noun import Noun, getting, group, item, listing
from gatewright.cli.options import OUTPUT, speaks_to_server
from gatewright.cli.output import show
from gatewright.cli.server import Json, Server

_ENV = click.option("--env", required=True, metavar="NAME", help="The environment.")


def _where(server: Server, env: str) -> str:
    return server.path("environments", env, "flowhooks")


_HOOKS = Noun(
    "flowhooks", "Flow hooks: shared flows around all proxies of an environment.", _where, options=(_ENV,)
)
flowhooks = group(_HOOKS, listing, getting)


@flowhooks.command("attach")
@click.argument("name")
@click.argument("shared_flow", metavar="SHAREDFLOW")
@_ENV
@click.option(
    "--continue-on-error/--no-continue-on-error",
    default=True,
    help="Whether calls go on after the shared flow has failed; they do unless told otherwise.",
)
@OUTPUT
@speaks_to_server
def attach(server: Server, name: str, shared_flow: str, env: str, continue_on_error: bool, form: str) -> None:
    """Attach SHAREDFLOW to the flow hook NAME, in place of what was there."""
    body: dict[str, Json] = {"continueOnError": continue_on_error, "sharedFlow": shared_flow}
    show(server.send("POST", item(_where(server, env), name), body=body), form)


@flowhooks.command("detach")
@click.argument("name")
@_ENV
@OUTPUT
@speaks_to_server
def detach(server: Server, name: str, env: str, form: str) -> None:
    """Detach whatever is attached to the flow hook NAME."""
    show(server.send("DELETE", item(_where(server, env), name)), form)
