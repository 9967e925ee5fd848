"""The options that every command shares which speaks to a server."""

import functools
from collections.abc import Callable
from typing import Any

import click

from gatewright.cli.server import Server

OUTPUT = click.option(
    "-o",
    "--output",
    "form",
    type=click.Choice(["table", "json"]),
    default="table",
    show_default=True,
    help="A table for people or JSON for programs.",
)


_SERVER = (
    ("--server", "GATEWRIGHT_SERVER", "URL", "http://127.0.0.1:8080", "The management API."),
    ("--org", "GATEWRIGHT_ORG", "NAME", "myorg", "The organization."),
    ("--user", "GATEWRIGHT_ADMIN_USER", "EMAIL", "admin@myorg.example", "Who logs in."),
    ("--password", "GATEWRIGHT_ADMIN_PASSWORD", "TEXT", None, "The password; a variable keeps it private."),
)
SERVER_OPTIONS = frozenset(flag.removeprefix("--") for flag, *_ in _SERVER)
"""The names of the options that speaks_to_server gives."""


def speaks_to_server(command: Callable[..., None]) -> Callable[..., None]:
    """Give the command --server, --org, --user and --password, and pass it first the Server they name."""

    # click passes what a command's options declare: their types are checked where they are declared.
    @functools.wraps(command)
    def connected(*, server: str, org: str, user: str, password: str | None, **rest: Any) -> None:
        command(Server(server, org, user, password), **rest)

    with_options: Callable[..., None] = connected
    for flag, variable, metavar, default, doc in reversed(_SERVER):
        option = click.option(
            flag,
            envvar=variable,
            show_envvar=True,
            metavar=metavar,
            default=default,
            show_default=True,
            help=doc,
        )
        with_options = option(with_options)
    return with_options
