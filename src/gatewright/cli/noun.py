"""One noun of the management API as a group of commands: list, get, create, update and delete.

A noun's file says where its collection is; the verbs are the same for all of them.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias
from urllib.parse import quote

import click

from gatewright.cli.options import OUTPUT, speaks_to_server
from gatewright.cli.output import show
from gatewright.cli.server import Json, Server

# The path of a collection, from what the noun's own options say.
Where: TypeAlias = Callable[..., str]
Option: TypeAlias = Callable[[Callable[..., None]], Callable[..., None]]


@dataclass(frozen=True, slots=True)
class Noun:
    """What the verbs need: the group's name and help, the collection's path, the noun's own options."""

    name: str
    doc: str
    where: Where
    key: str = "NAME"
    example: str = "name=value"
    options: tuple[Option, ...] = field(default=())


def group(noun: Noun, *verbs: Callable[[Noun], click.Command]) -> click.Group:
    """The noun's commands."""
    result = click.Group(noun.name, help=noun.doc)
    for verb in verbs:
        result.add_command(verb(noun))
    return result


def listing(noun: Noun) -> click.Command:
    """`list`: the names."""

    def run(server: Server, form: str, **where: str | None) -> None:
        show(server.get(noun.where(server, **where)), form)

    return _command(noun, "list", f"List the {noun.name}.", run)


def getting(noun: Noun) -> click.Command:
    """`get`: one of them, whole."""

    def run(server: Server, form: str, key: str, **where: str | None) -> None:
        show(server.get(item(noun.where(server, **where), key)), form)

    return _command(noun, "get", f"Show one of the {noun.name}.", run, _key(noun))


def creating(noun: Noun) -> click.Command:
    """`create`: from a file or from fields."""

    def run(
        server: Server, form: str, file: Path | None, fields: tuple[str, ...], **where: str | None
    ) -> None:
        show(server.send("POST", noun.where(server, **where), body=_body(file, fields)), form)

    return _command(noun, "create", _fields_help("Create one", noun), run, _FILE, _FIELDS)


def updating(noun: Noun) -> click.Command:
    """`update`: replace one of them from a file or from fields."""

    def run(
        server: Server, form: str, key: str, file: Path | None, fields: tuple[str, ...], **where: str | None
    ) -> None:
        path = item(noun.where(server, **where), key)
        show(server.send("PUT", path, body=_body(file, fields)), form)

    return _command(noun, "update", _fields_help("Replace one", noun), run, _key(noun), _FILE, _FIELDS)


def deleting(noun: Noun) -> click.Command:
    """`delete`: one of them; the server answers with what it was."""

    def run(server: Server, form: str, key: str, **where: str | None) -> None:
        show(server.send("DELETE", item(noun.where(server, **where), key)), form)

    return _command(noun, "delete", f"Delete one of the {noun.name}.", run, _key(noun))


ALL_VERBS = (listing, getting, creating, updating, deleting)


def item(collection: str, key: str) -> str:
    """The path of one thing in a collection."""
    return f"{collection}/{quote(key, safe='')}"


_FILE = click.option(
    "-f", "--file", type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path),
    help="A JSON file with the whole of it; - reads standard input.",
)  # fmt: skip
_FIELDS = click.argument("fields", nargs=-1, metavar="[FIELD=VALUE]...")


def _fields_help(what: str, noun: Noun) -> str:
    return (
        f"{what} of the {noun.name}, from a file, from fields, or from both.\n\n"
        f"A value that is JSON is taken as such, anything else as text: {noun.example}"
    )


def _key(noun: Noun) -> Option:
    return click.argument("key", metavar=noun.key)


def _command(noun: Noun, verb: str, doc: str, run: Callable[..., None], *own: Option) -> click.Command:
    decorated = OUTPUT(speaks_to_server(run))
    for option in reversed((*own, *noun.options)):
        decorated = option(decorated)
    return click.command(verb, help=doc)(decorated)


def _body(file: Path | None, fields: tuple[str, ...]) -> Json:
    body: dict[str, Json] = {}
    if file is not None:
        with click.open_file(str(file), encoding="utf-8") as stream:
            body = _object(stream.read(), str(file))
    body |= dict(_field(text) for text in fields)
    if not body:
        raise click.UsageError("Nothing was given: name a file with -f or give fields such as name=value.")
    return body


def _object(text: str, file: str) -> dict[str, Json]:
    try:
        value = json.loads(text)
    except ValueError as error:
        raise click.UsageError(f"{file}: not JSON: {error}") from error
    if not isinstance(value, dict):
        raise click.UsageError(f"{file}: must hold one JSON object")
    return value


def _field(text: str) -> tuple[str, Json]:
    name, equals, value = text.partition("=")
    if not name or not equals:
        raise click.UsageError(f"{text!r} is not a field: write name=value")
    try:
        return name, json.loads(value)
    except ValueError:
        return name, value
