"""What the command says about itself, and that it starts light."""

import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from gatewright import __version__
from gatewright.cli.main import command


def commands(group: click.Command, *names: str) -> list[tuple[str, ...]]:
    """The names of a group's commands and of their commands."""
    if not isinstance(group, click.Group):
        return [names]
    return [found for name, child in group.commands.items() for found in commands(child, *names, name)]


@pytest.mark.parametrize("names", commands(command()), ids=" ".join)
def test_every_command_explains_itself_and_its_options(names: tuple[str, ...]) -> None:
    result = CliRunner().invoke(command(), [*names, "--help"])
    assert result.exit_code == 0
    one: click.Command = command()
    for name in names:
        assert isinstance(one, click.Group)
        one = one.commands[name]
    assert one.help
    for option in one.params:
        assert not isinstance(option, click.Option) or option.help, option.name


def test_the_version_is_the_packages() -> None:
    assert CliRunner().invoke(command(), ["--version"]).stdout == f"gatewright, version {__version__}\n"


def test_help_loads_none_of_a_servers_libraries() -> None:
    program = (
        "import sys, gatewright.cli.main as m; m.command()\n"
        "heavy = {'sqlalchemy', 'starlette', 'uvloop', 'lxml', 'cryptography', 'alembic'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"
