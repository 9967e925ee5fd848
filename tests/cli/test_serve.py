"""Flags of `serve` become settings; wrong ones end with status 2 before anything starts."""

import sys
import types
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gatewright.cli.main import command
from gatewright.config import Redirect, Settings


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[Settings]:
    """The settings that servers were started with; nothing is really started."""
    settings: list[Settings] = []
    supervisor = types.ModuleType("gatewright.gateway.supervisor")

    def serve(given: Settings) -> int:
        settings.append(given)
        return 7

    supervisor.__dict__["serve"] = serve
    monkeypatch.setitem(sys.modules, "gatewright.gateway.supervisor", supervisor)
    monkeypatch.chdir(tmp_path)
    return settings


def run(*arguments: str, **environ: str) -> Result:
    return CliRunner(env=environ).invoke(command(), ["serve", *arguments])


def test_flags_win_over_variables_and_the_exit_status_is_the_supervisors(started: list[Settings]) -> None:
    result = run(
        "--data", "d", "--http-port", "1234", "--no-samples", "--deploy-samples",
        "--resolve", "a.example=http://127.0.0.1:1", "--resolve", "b.example=",
        GATEWRIGHT_HTTP_PORT="1", GATEWRIGHT_WORKERS="3",
    )  # fmt: skip
    assert result.exit_code == 7, result.stderr
    assert started == [
        Settings(
            data=Path("d"),
            http_port=1234,
            workers=3,
            samples=False,
            deploy_samples=True,
            resolve=(Redirect("a.example", "http://127.0.0.1:1"), Redirect("b.example", None)),
        )
    ]


def test_a_settings_file_may_be_named(started: list[Settings], tmp_path: Path) -> None:
    (tmp_path / "my.toml").write_text("https_port = 4443\n")
    assert run("--config", "my.toml").exit_code == 7
    assert started[0].https_port == 4443


def test_wrong_settings_are_told_one_a_line_and_nothing_starts(started: list[Settings]) -> None:
    result = run("--http-port", "no", GATEWRIGHT_WORKER="3")
    assert result.exit_code == 2
    assert result.stderr.splitlines() == [
        "Error: GATEWRIGHT_WORKER: no such setting; did you mean GATEWRIGHT_WORKERS?",
        "Error: --http-port: must be a whole number from 1 to 65535, not 'no'",
    ]
    assert started == []


def test_an_empty_flag_is_an_error_not_an_absent_one(started: list[Settings]) -> None:
    result = run("--host", "")
    assert result.exit_code == 2
    assert result.stderr == "Error: --host: must not be empty\n"
