"""How the command line logs in and what it says when the server refuses or is away."""

import base64
import socket

import pytest
from tests.cli.conftest import Run
from tests.cli.scripted_server import ScriptedServer

from gatewright.cli.server import RemoteError, Server

REFUSED_LOGIN = (
    "Error: The server refused the login. Give --user and --password, or set GATEWRIGHT_ADMIN_USER "
    "and GATEWRIGHT_ADMIN_PASSWORD.\n"
)


WHERE = "Is that the management API? --server names another."


def test_the_login_is_basic(run: Run, server: ScriptedServer) -> None:
    server.answer([])
    run("apis", "list")
    assert server.asked[0].authorization == "Basic " + base64.b64encode(b"ada:pw").decode()


def test_without_a_password_no_login_is_sent(server: ScriptedServer) -> None:
    server.answer([])
    Server(server.url, "myorg", "ada", None).get("/v1/organizations")
    assert server.asked[0].authorization == ""


def test_who_gives_no_password_is_told_how(server: ScriptedServer) -> None:
    server.answer(None, 401)
    with pytest.raises(RemoteError, match="The server wants a login: give --password, or set GATEWRIGHT_ADM"):
        Server(server.url, "myorg", "ada", None).get("/v1/organizations")


@pytest.mark.parametrize(
    ("status", "body", "message"),
    [
        (
            404,
            {"code": "developer.service.DeveloperIdDoesNotExist", "message": "DeveloperId X does not exist"},
            "Error: DeveloperId X does not exist (404 developer.service.DeveloperIdDoesNotExist)\n",
        ),
        (409, {"message": "App with name A already exists"}, "Error: App with name A already exists (409)\n"),
        (500, None, f"Error: GET /v1/organizations/myorg/apis answered 500 Internal Server Error. {WHERE}\n"),
        (502, b"<html>", f"Error: GET /v1/organizations/myorg/apis answered 502 Bad Gateway. {WHERE}\n"),
        (
            401,
            None,
            REFUSED_LOGIN,
        ),
        (200, b"<html>", "Error: The server's answer is not JSON: b'<html>'\n"),
    ],
)
def test_a_refusal_is_one_line_and_exit_status_3(
    run: Run, server: ScriptedServer, status: int, body: object, message: str
) -> None:
    server.answer(body, status)
    result = run("apis", "list")
    assert (result.exit_code, result.stdout, result.stderr) == (3, "", message)


def test_a_server_that_is_away_is_named_with_what_to_do(run: Run) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
        result = run("apis", "list", "--server", url)
    assert result.exit_code == 3
    assert result.stderr.startswith(f"Error: Cannot reach {url}: ")
    assert "Is `gatewright serve` running?" in result.stderr
