"""The commands of what is made of bundles: API proxies and shared flows alike."""

from pathlib import Path

import click

from gatewright.cli.deploy import deploy_revision, undeploy_revision
from gatewright.cli.noun import Noun, deleting, getting, group, listing
from gatewright.cli.options import OUTPUT, speaks_to_server
from gatewright.cli.output import show
from gatewright.cli.server import RemoteError, Server

_NAME = click.argument("name")
_REVISION = click.argument("revision")
_ENV = click.option("--env", required=True, metavar="NAME", help="The environment.")


def bundle_group(name: str, doc: str) -> click.Group:
    """Revisions, bundles and deployments of one collection of the management API."""
    commands = group(Noun(name, doc, lambda server: server.path(name)), listing, getting, deleting)
    for make in (_revision, _deployments, _export, _deploy, _undeploy):
        commands.add_command(make(name))
    return commands


def _revision(collection: str) -> click.Command:
    @click.command("revision")
    @_NAME
    @_REVISION
    @OUTPUT
    @speaks_to_server
    def run(server: Server, name: str, revision: str, form: str) -> None:
        """Show what a revision holds: its policies, endpoints, base paths and resources."""
        show(server.get(server.path(collection, name, "revisions", revision)), form)

    return run


def _deployments(collection: str) -> click.Command:
    @click.command("deployments")
    @_NAME
    @OUTPUT
    @speaks_to_server
    def run(server: Server, name: str, form: str) -> None:
        """Show where NAME is deployed, in which revision and on which servers."""
        show(server.get(server.path(collection, name, "deployments")), form)

    return run


def _export(collection: str) -> click.Command:
    @click.command("export")
    @_NAME
    @_REVISION
    @click.option(
        "--to", type=click.Path(dir_okay=False, path_type=Path), help="The file; else NAME-REVISION.zip."
    )
    @speaks_to_server
    def run(server: Server, name: str, revision: str, to: Path | None) -> None:
        """Save a revision's bundle as a zip, byte for byte as it was imported."""
        target = to or Path(f"{name}-{revision}.zip")
        path = server.path(collection, name, "revisions", revision)
        target.write_bytes(server.download(path, {"format": "bundle"}))
        click.echo(f"Saved {target}")

    return run


def _deploy(collection: str) -> click.Command:
    @click.command("deploy")
    @_NAME
    @_ENV
    @click.option("--revision", metavar="N", help="The revision; without it, the newest.")
    @speaks_to_server
    def run(server: Server, name: str, env: str, revision: str | None) -> None:
        """Deploy what the server has already; `gatewright deploy` brings a bundle of yours."""
        deploy_revision(server, collection, name, revision or _newest(server, collection, name), env)

    return run


def _undeploy(collection: str) -> click.Command:
    @click.command("undeploy")
    @_NAME
    @_ENV
    @click.option("--revision", metavar="N", help="The revision; without it, whatever is deployed.")
    @speaks_to_server
    def run(server: Server, name: str, env: str, revision: str | None) -> None:
        """Take NAME out of service in an environment."""
        undeploy_revision(server, collection, name, revision, env)

    return run


def _newest(server: Server, collection: str, name: str) -> str:
    revisions = server.get(server.path(collection, name, "revisions"))
    numbers = [int(str(one)) for one in revisions] if isinstance(revisions, list) else []
    if not numbers:
        raise RemoteError(f"{name} has no revision to deploy.")
    return str(max(numbers))
