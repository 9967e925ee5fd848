"""`gatewright serve`: the gateway and its management API, with every setting as a flag."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

import click

from gatewright.config import Settings, SettingsError, load
from gatewright.config.settings import Definition, definitions

_USAGE = 2


def _with_settings(command: Callable[..., None]) -> Callable[..., None]:
    for definition in reversed(definitions()):
        if definition.flag is not None:
            command = _option(definition.flag, definition)(command)
    return command


def _option(flag: str, definition: Definition) -> Callable[[Callable[..., None]], Callable[..., None]]:
    if definition.flag_value is not None:
        return click.option(flag, definition.name, flag_value=definition.flag_value, help=definition.flag_doc)
    return click.option(
        flag,
        definition.name,
        metavar=definition.kind.metavar,
        multiple=definition.kind.repeatable,
        help=f"{definition.flag_doc}  [default: {definition.default_text.strip('`')}]",
    )


@click.command()
@_with_settings
@click.option(
    "--config", "file", envvar="GATEWRIGHT_CONFIG", metavar="FILE",
    type=click.Path(path_type=Path), help="A file with settings.  [default: gatewright.toml, if it exists]",
)  # fmt: skip
def serve(file: Path | None, **flags: str | tuple[str, ...] | None) -> None:
    """Run the gateway and its management API until a signal ends it; SIGTERM lets running calls finish.

    Every flag is also a variable, --http-port is GATEWRIGHT_HTTP_PORT, and a key of gatewright.toml.
    A flag wins over a variable and a variable over the file.
    """
    settings = _settings(file, flags)
    # Imported here because nothing else on the command line needs a server's libraries.
    from gatewright.gateway.supervisor import serve as run

    sys.exit(run(settings))


def _settings(file: Path | None, flags: dict[str, str | tuple[str, ...] | None]) -> Settings:
    given = {
        name: value if isinstance(value, tuple) else (value,)
        for name, value in flags.items()
        if value is not None and value != ()
    }
    try:
        return load(given, os.environ, file)
    except SettingsError as error:
        for problem in error.problems:
            click.echo(f"Error: {problem}", err=True)
        sys.exit(_USAGE)
