"""Values of the management API as people and programs read them."""

import json

import pytest
from tests.cli.conftest import Run
from tests.cli.scripted_server import ScriptedServer


@pytest.mark.parametrize(
    ("answer", "table"),
    [
        (["oauth", "weatherapi"], "oauth\nweatherapi\n"),
        ([], ""),
        (None, ""),
        (
            {"name": "P", "proxies": ["a"], "quota": None},
            'name     P\nproxies  ["a"]\nquota\n',
        ),
        (
            [{"name": "T", "port": 80}, {"name": "Long", "host": "h"}],
            "NAME  PORT  HOST\nT     80\nLong        h\n",
        ),
    ],
)
def test_a_table_has_a_line_for_each(run: Run, server: ScriptedServer, answer: object, table: str) -> None:
    server.answer(answer)
    assert run("apis", "list").stdout == table


def test_json_is_what_the_server_said(run: Run, server: ScriptedServer) -> None:
    answer = {"name": "Überblick", "list": [1, None, True]}
    server.answer(answer)
    stdout = run("apis", "list", "-o", "json").stdout
    assert json.loads(stdout) == answer
    assert "Überblick" in stdout
