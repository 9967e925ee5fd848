"""Where a target is: what connections can be shared by, and which URLs are none."""

from dataclasses import replace

import pytest

from gatewright.engine.target import (
    Failure,
    InvalidTargetUrl,
    Origin,
    TargetFailed,
    TargetTls,
    parse_target_url,
)

ORIGIN = Origin("http", "t.example", 80)


@pytest.mark.parametrize(
    ("scheme", "host", "port", "field"),
    [
        ("http", "t.example", 80, "t.example"),
        ("http", "t.example", 443, "t.example:443"),
        ("https", "t.example", 443, "t.example"),
        ("https", "::1", 8443, "[::1]:8443"),
        ("http", "::1", 80, "[::1]"),
    ],
)
def test_the_host_field_names_the_port_only_where_it_is_not_the_schemes(
    scheme: str, host: str, port: int, field: str
) -> None:
    assert Origin(scheme, host, port).host_header == field


@pytest.mark.parametrize(
    "change",
    [
        {"scheme": "https"},
        {"host": "u.example"},
        {"port": 81},
        {"address": ("127.0.0.1", 1)},
        {"tls": TargetTls(verify=False)},
        {"is_trusted": False},
        {"io_timeout_ms": 1},
        {"connect_timeout_ms": 1},
        {"keepalive_timeout_ms": 1},
    ],
    ids=lambda change: next(iter(change)),
)
def test_connections_are_shared_only_by_what_is_the_same_in_everything(change: dict[str, object]) -> None:
    other = replace(ORIGIN, **change)  # type: ignore[arg-type]
    assert other != ORIGIN
    again = replace(other)
    assert (again, hash(again)) == (other, hash(other))


@pytest.mark.parametrize(
    "url",
    [
        "",
        "t.example",
        "/path",
        "ftp://t.example",
        "http://",
        "http://:80",
        "http://t.example:port",
        "http://t.example:99999",
        "http://[::1",
        "http://user@t.example",
        "http://u:p@t.example",
        "http://t.example/a b",
        "http://t.example/\r\nX: y",
        "http://t.example/\x7f",
        "http://t.example/\ud800",
        "javascript:alert(1)",
    ],
)
def test_what_is_no_absolute_http_url_is_refused(url: str) -> None:
    with pytest.raises(InvalidTargetUrl):
        parse_target_url(url)


@pytest.mark.parametrize(
    "url", ["http://t.example", "HTTPS://T.example:1/a?b=c", "http://[::1]:1/", "http://ü.example/ü"]
)
def test_an_absolute_http_url_is_taken_apart(url: str) -> None:
    assert parse_target_url(url).hostname


def test_a_failure_says_what_happened_and_its_detail() -> None:
    assert str(TargetFailed(Failure.CONNECT)) == "the target cannot be connected to"
    assert str(TargetFailed(Failure.CONNECT, "refused")) == "the target cannot be connected to: refused"
