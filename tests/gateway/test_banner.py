"""What is printed at start."""

from pathlib import Path

import pytest

from gatewright.config import Settings
from gatewright.gateway.banner import banner, first_login, in_url, reachable
from gatewright.gateway.prepared import Prepared


def prepared(*, serves_samples: bool) -> Prepared:
    return Prepared(bytes(32), None, serves_samples)


def test_it_says_where_everything_is() -> None:
    settings = Settings(data=Path("d"), host="0.0.0.0", management_port=1, http_port=2, https_port=3)
    text = banner(settings, prepared(serves_samples=False))
    assert "http://127.0.0.1:1/v1/organizations/myorg" in text
    assert "http://127.0.0.1:2\n" in text
    assert "https://myorg-test.localhost:3\n" in text
    assert str(Path("d").resolve()) in text
    assert "admin@myorg.example" in text


def test_the_next_thing_to_try_is_the_tutorial_only_where_its_proxies_are_deployed() -> None:
    assert "/v0/weather" in banner(Settings(), prepared(serves_samples=True))
    bare = banner(Settings(), prepared(serves_samples=False))
    assert "/v0/weather" not in bare
    assert "gatewright deploy BUNDLE --env test" in bare


def test_the_new_password_is_shown_with_its_user() -> None:
    lines = first_login(Settings(admin_user="me@x.example"), "s3cret").splitlines()
    assert any("me@x.example" in line for line in lines)
    assert any("s3cret" in line for line in lines)


def test_the_key_is_not_part_of_how_the_preparations_look() -> None:
    assert "33" not in repr(Prepared(b"3" * 32, 1, serves_samples=True))


@pytest.mark.parametrize(
    ("bound", "called"),
    [
        ("0.0.0.0", "127.0.0.1"),
        ("::", "[::1]"),
        ("::1", "[::1]"),
        ("192.0.2.1", "192.0.2.1"),
        ("gw.example", "gw.example"),
    ],
)
def test_a_listener_is_called_by_an_address_that_leads_to_it(bound: str, called: str) -> None:
    assert in_url(reachable(bound)) == called
