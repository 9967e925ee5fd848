"""`gatewright apis`: API proxies, their revisions, bundles and deployments."""

from pathlib import Path

import click

from gatewright.cli.deploy import deploy_revision
from gatewright.cli.noun import Noun, deleting, getting, group, listing
from gatewright.cli.options import OUTPUT, speaks_to_server
from gatewright.cli.output import show
from gatewright.cli.server import RemoteError, Server


def _where(server: Server) -> str:
    return server.path("apis")


_APIS = Noun("apis", "API proxies: their revisions, bundles and deployments.", _where)
apis = group(_APIS, listing, getting, deleting)


@apis.command("revision")
@click.argument("name")
@click.argument("revision")
@OUTPUT
@speaks_to_server
def revision(server: Server, name: str, revision: str, form: str) -> None:
    """Show one revision: its policies, endpoints, base paths and resources."""
    show(server.get(server.path("apis", name, "revisions", revision)), form)


@apis.command("deployments")
@click.argument("name")
@OUTPUT
@speaks_to_server
def deployments(server: Server, name: str, form: str) -> None:
    """Show where the proxy is deployed, in which revision and on which servers."""
    show(server.get(server.path("apis", name, "deployments")), form)


@apis.command("export")
@click.argument("name")
@click.argument("revision")
@click.option(
    "--to", type=click.Path(dir_okay=False, path_type=Path), help="The file; else NAME-REVISION.zip."
)
@speaks_to_server
def export(server: Server, name: str, revision: str, to: Path | None) -> None:
    """Save a revision's bundle as a zip, byte for byte as it was imported."""
    target = to or Path(f"{name}-{revision}.zip")
    path = server.path("apis", name, "revisions", revision)
    target.write_bytes(server.download(path, {"format": "bundle"}))
    click.echo(f"Saved {target}")


@apis.command("deploy")
@click.argument("name")
@click.option("--env", required=True, metavar="NAME", help="The environment.")
@click.option("--revision", metavar="N", help="The revision; without it, the newest.")
@speaks_to_server
def deploy(server: Server, name: str, env: str, revision: str | None) -> None:
    """Deploy a proxy that the server has already; `gatewright deploy` brings a bundle of yours."""
    deploy_revision(server, name, revision or _newest(server, name), env)


def _newest(server: Server, name: str) -> str:
    revisions = server.get(server.path("apis", name, "revisions"))
    numbers = [int(str(one)) for one in revisions] if isinstance(revisions, list) else []
    if not numbers:
        raise RemoteError(f"{name} has no revision to deploy.")
    return str(max(numbers))
