"""`gatewright deploy` and `gatewright undeploy`: a bundle into service on a server, and out of it."""

from collections.abc import Iterator
from pathlib import Path

import click

from gatewright.cli.options import speaks_to_server
from gatewright.cli.server import Findings, Json, RemoteError, Server, finding_lines

_ENV = click.option("--env", required=True, metavar="NAME", help="The environment.")
_COLLECTIONS = {"apiproxy": "apis", "sharedflowbundle": "sharedflows"}
_FORM = "application/x-www-form-urlencoded"


@click.command()
@click.argument("bundle", type=click.Path(exists=True, path_type=Path))
@_ENV
@click.option("--name", metavar="NAME", help="The name, where it is not the bundle's own.")
@speaks_to_server
def deploy(server: Server, bundle: Path, env: str, name: str | None) -> None:
    """Import BUNDLE, a zip or a folder of a proxy or a shared flow, as a new revision and deploy that.

    The revision that is deployed now goes on serving until every worker has the new one. A bundle that cannot
    be deployed is refused with everything that is wrong with it, and what is served does not change; the
    refused revision stays on the server, not deployed.
    """
    collection, own_name, content = _read(bundle)
    name = name or own_name
    imported = server.send(
        "POST",
        server.path(collection),
        query={"action": "import", "name": name},
        body=content,
        content_type="application/octet-stream",
    )
    deploy_revision(server, collection, name, _revision_of(imported), env)


@click.command()
@click.argument("name")
@_ENV
@click.option("--revision", metavar="N", help="The revision; without it, whatever is deployed.")
@speaks_to_server
def undeploy(server: Server, name: str, env: str, revision: str | None) -> None:
    """Take the proxy NAME out of service in an environment."""
    undeploy_revision(server, "apis", name, revision, env)


def undeploy_revision(server: Server, collection: str, name: str, revision: str | None, env: str) -> None:
    """Undeploy that revision, or whatever is deployed, and say so."""
    for one in [revision] if revision else _deployed(server, collection, name, env):
        server.send("DELETE", _deployments(server, collection, name, one, env))
        click.echo(f"{name} revision {one} is undeployed from {env}")


def deploy_revision(server: Server, collection: str, name: str, revision: str, env: str) -> None:
    """Deploy and say so. Raises RemoteError naming the servers that do not serve it."""
    path = _deployments(server, collection, name, revision, env)
    answer = server.send("POST", path, query={"override": "true"}, body=b"override=true", content_type=_FORM)
    failed = [_failure(one) for one in _servers(answer) if one.get("status") == "error"]
    if failed:
        raise RemoteError(
            f"{name} revision {revision} is not served everywhere in {env}: {'; '.join(failed)}"
        )
    for warning in finding_lines(answer.get("warnings") if isinstance(answer, dict) else None):
        click.echo(warning, err=True)
    click.echo(f"{name} revision {revision} is deployed to {env}")


def _read(bundle: Path) -> tuple[str, str, bytes]:
    """The collection it belongs to, the bundle's name and its zip. Raises Findings when it cannot be read."""
    from gatewright.bundle.archive import ArchiveRefused, read_folder, read_zip
    from gatewright.bundle.read import read_bundle
    from gatewright.policies.base import Policy

    try:
        archive = read_folder(bundle) if bundle.is_dir() else read_zip(bundle.read_bytes())
    except (ArchiveRefused, OSError) as error:
        raise Findings(f"{bundle}: {error}") from error
    without_policies: dict[str, type[Policy]] = {}
    parsed, report = read_bundle(archive, without_policies)
    if parsed is None:
        raise Findings("\n".join(str(error) for error in report.errors))
    return _COLLECTIONS[archive.kind], parsed.name, archive.zip()


def _deployments(server: Server, collection: str, name: str, revision: str, env: str) -> str:
    return server.path("environments", env, collection, name, "revisions", revision, "deployments")


def _deployed(server: Server, collection: str, name: str, env: str) -> list[str]:
    answer = server.get(server.path("environments", env, collection, name, "deployments"))
    revisions = answer.get("revision") if isinstance(answer, dict) else None
    return [str(one["name"]) for one in _objects(revisions)]


def _revision_of(imported: Json) -> str:
    if not isinstance(imported, dict) or "revision" not in imported:
        raise RemoteError("The server did not say which revision it made of the bundle.")
    return str(imported["revision"])


def _servers(answer: Json) -> Iterator[dict[str, Json]]:
    """The servers of a deployment's answer, which with an override may list two revisions."""
    if isinstance(answer, dict):
        yield from _objects(answer.get("server"))
        for environment in _objects(answer.get("environment")):
            yield from _objects(environment.get("server"))


def _objects(value: Json) -> list[dict[str, Json]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _failure(server: dict[str, Json]) -> str:
    return f"{server.get('uUID', 'a server')}: {server.get('error', 'no reason given')}"
