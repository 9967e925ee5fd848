"""What a worker makes of the settings."""

from gatewright.config import Settings
from gatewright.gateway.http.limits import Limits
from gatewright.gateway.worker import limits_of


def test_the_default_settings_are_the_default_limits() -> None:
    assert limits_of(Settings()) == Limits()


def test_every_limit_that_can_be_set_arrives() -> None:
    settings = Settings(
        client_head_timeout_ms=1_000,
        client_body_timeout_ms=2_000,
        client_read_timeout_ms=3_000,
        client_keepalive_timeout_ms=4_000,
        client_min_bytes_per_s=5,
        connections_per_client=6,
    )
    assert limits_of(settings) == Limits(
        head_ms=1_000,
        body_idle_ms=2_000,
        write_idle_ms=3_000,
        keepalive_ms=4_000,
        body_bytes_per_s=5,
        connections_per_client=6,
    )
