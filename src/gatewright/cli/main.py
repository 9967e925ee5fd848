"""The command `gatewright`: its subcommands and what the whole of it says about itself."""

import click

from gatewright import __version__
from gatewright.cli.apis import apis
from gatewright.cli.apps import apps
from gatewright.cli.deploy import deploy, undeploy
from gatewright.cli.developers import developers
from gatewright.cli.envs import envs
from gatewright.cli.explain import explain
from gatewright.cli.flowhooks import flowhooks
from gatewright.cli.kvms import kvms
from gatewright.cli.lint import lint
from gatewright.cli.orgs import orgs
from gatewright.cli.products import products
from gatewright.cli.serve import serve
from gatewright.cli.sharedflows import sharedflows
from gatewright.cli.targetservers import targetservers

COMMANDS: tuple[click.Command, ...] = (
    serve, lint, explain, deploy, undeploy, orgs, envs, apis, sharedflows, flowhooks, products,
    developers, apps, kvms, targetservers,
)  # fmt: skip


class _InOrder(click.Group):
    """Lists its commands in the order they were added, which is the order people meet them in."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return list(self.commands)

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Each with its whole first sentence, where click would cut it off."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, one.get_short_help_str(1_000)) for name, one in self.commands.items()])


def command() -> click.Group:
    """The whole command."""
    group = _InOrder("gatewright", help=_DOC, epilog=_EPILOG, context_settings={"max_content_width": 100})
    for one in COMMANDS:
        group.add_command(one)
    return click.version_option(__version__, prog_name="gatewright")(group)


_DOC = """Run Apigee proxy bundles on your own machines.

`serve` runs the gateway and its management API, `lint` checks bundles without a server, and everything else
speaks to a running server."""

_EPILOG = "Exit status: 0 done, 1 the bundle has errors, 2 wrong usage, 3 the server refused or is away."


def main() -> None:
    """The entry point."""
    command()(prog_name="gatewright")
