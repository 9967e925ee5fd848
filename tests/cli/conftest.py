"""A scripted server, and the command line pointed at it."""

from collections.abc import Callable, Iterator

import pytest
from click.testing import CliRunner, Result
from tests.cli.scripted_server import ScriptedServer, scripted_server

from gatewright.cli.main import command

Run = Callable[..., Result]


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with scripted_server() as running:
        yield running


@pytest.fixture
def run(server: ScriptedServer) -> Run:
    """Run `gatewright` with these arguments against the scripted server, as ada with password pw."""
    environ = {
        "GATEWRIGHT_SERVER": server.url,
        "GATEWRIGHT_ORG": None,
        "GATEWRIGHT_ADMIN_USER": "ada",
        "GATEWRIGHT_ADMIN_PASSWORD": "pw",
    }

    def invoke(*arguments: str, stdin: str | None = None) -> Result:
        return CliRunner(env=environ).invoke(command(), arguments, input=stdin)

    return invoke
