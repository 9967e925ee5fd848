"""What a worker makes of the settings."""

import subprocess
import sys

import pytest

from gatewright.config import Settings
from gatewright.gateway.http.limits import Limits
from gatewright.gateway.worker import limits_of


def test_the_default_settings_are_the_default_limits() -> None:
    assert limits_of(Settings(), 1_096) == Limits(connections=500)


def test_every_limit_that_can_be_set_arrives() -> None:
    settings = Settings(
        connections_per_worker=7,
        client_head_timeout_ms=1_000,
        client_body_timeout_ms=2_000,
        client_read_timeout_ms=3_000,
        client_keepalive_timeout_ms=4_000,
        client_min_bytes_per_s=5,
        connections_per_client=6,
    )
    assert limits_of(settings, 1_096) == Limits(
        connections=7,
        head_ms=1_000,
        body_idle_ms=2_000,
        write_idle_ms=3_000,
        keepalive_ms=4_000,
        body_bytes_per_s=5,
        connections_per_client=6,
    )


def test_more_connections_than_there_are_descriptors_for_are_not_promised(
    caplog: pytest.LogCaptureFixture,
) -> None:
    assert limits_of(Settings(connections_per_worker=501), 1_096).connections == 500
    assert "connections_per_worker" in caplog.text


def test_a_worker_loads_nothing_that_only_the_control_process_needs() -> None:
    # Each would stay in the memory of every worker, megabytes for nothing.
    program = "import sys, gatewright.gateway.worker; print(*sys.modules, sep='\\n')"
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    foreign = ("starlette", "uvicorn", "anyio", "alembic", "click", "jinja2", "cryptography.x509")
    ours = tuple(f"gatewright.{room}" for room in ("operations", "management", "ui", "cli"))
    assert [name for name in result.stdout.split() if name.startswith((*foreign, *ours))] == []
