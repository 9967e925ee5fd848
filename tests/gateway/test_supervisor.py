"""`serve` refuses what cannot work: status 2, one clear line, and nothing is left running."""

import os
import socket
from dataclasses import replace
from pathlib import Path

import pytest
from tests.e2e.running import free_ports

from gatewright.config import Redirect, Settings
from gatewright.gateway import supervisor
from gatewright.gateway.folder import DataFolder
from gatewright.gateway.processes import Child, Family
from gatewright.gateway.supervisor import serve


class NoChildren(Family):
    """A family whose children are noted and never started; it is told to stop at once."""

    def add(self, child: Child) -> None:
        STARTED.append(child.name)

    def watch(self, **_: object) -> None:
        """Nothing to watch."""

    def stop(self, grace_s: float) -> None:
        """Nobody to stop."""


STARTED: list[str] = []


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setattr(supervisor, "Family", NoChildren)
    monkeypatch.setattr(supervisor, "announce_when_ready", lambda *_: None)
    monkeypatch.setattr(supervisor, "log_to_stderr", lambda *_: None)
    monkeypatch.setattr(supervisor.Stop, "listen", lambda _: None)
    STARTED.clear()
    management, http, https = free_ports(3)
    return Settings(
        data=tmp_path / "data", management_port=management, http_port=http, https_port=https, workers=2
    )


def refused(settings: Settings, capsys: pytest.CaptureFixture[str]) -> str:
    """The one line that says why it does not start."""
    assert serve(settings, lambda _: None) == 2
    assert STARTED == []
    error = capsys.readouterr().err
    assert error.startswith("gatewright: ")
    assert error.count("\n") == 1
    return error


def test_a_control_process_and_the_workers_are_started(settings: Settings) -> None:
    said: list[str] = []
    assert serve(settings, said.append) == 0
    assert STARTED == ["control", "worker-1", "worker-2"]
    assert len(said) == 1
    assert "password" in said[0]


@pytest.mark.parametrize("name", ["management_port", "http_port", "https_port"])
def test_a_taken_port_is_named_with_its_flag(
    settings: Settings, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server((settings.host, getattr(settings, name))):
        error = refused(settings, capsys)
    assert f"port {getattr(settings, name)}" in error
    assert "--" + name.replace("_", "-") in error


@pytest.mark.parametrize("other", ["management_port", "https_port"])
def test_one_port_for_two_listeners_is_refused(
    settings: Settings, other: str, capsys: pytest.CaptureFixture[str]
) -> None:
    error = refused(replace(settings, **{other: settings.http_port}), capsys)  # type: ignore[arg-type]
    assert f"port {settings.http_port}" in error


def test_an_address_that_is_not_ours_is_refused(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "192.0.2.1" in refused(replace(settings, host="192.0.2.1"), capsys)


def test_a_folder_in_use_is_refused(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    with DataFolder(settings.data).claim():
        assert "another server is using the data folder" in refused(settings, capsys)


def test_a_redirect_that_leads_nowhere_is_refused(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    error = refused(replace(settings, resolve=(Redirect("a.example", "ftp://x"),)), capsys)
    assert "ftp" in error


def test_a_database_that_is_none_is_refused(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    settings.data.mkdir()
    DataFolder(settings.data).database.write_bytes(os.urandom(8192))
    assert "store is not available" in refused(settings, capsys)


def test_a_folder_that_holds_something_else_is_refused(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.data.mkdir()
    DataFolder(settings.data).counters.touch()
    assert str(settings.data) in refused(settings, capsys)


def test_a_certificate_that_is_none_is_refused(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.data.mkdir()
    DataFolder(settings.data).certificate.write_text("nonsense")
    assert "remove the file" in refused(settings, capsys)


@pytest.mark.parametrize("role", ["control", "gateway"])
def test_a_part_alone_is_refused_while_no_database_can_be_shared(
    settings: Settings, role: str, capsys: pytest.CaptureFixture[str]
) -> None:
    error = refused(replace(settings, role=role), capsys)  # type: ignore[arg-type]
    assert f"--role {role}" in error
    assert not settings.data.exists()
