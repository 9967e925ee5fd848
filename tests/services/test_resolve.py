"""Which hosts are called elsewhere, and which ways of saying so are refused."""

import pytest

from gatewright.services.resolve import Destination, InvalidRedirect, Redirects

STAND_IN = Destination("http", "127.0.0.1", 9100)


@pytest.mark.parametrize(
    ("pair", "host", "port", "found"),
    [
        (("a.example", "http://127.0.0.1:9100"), "a.example", 80, STAND_IN),
        (("a.example", "http://127.0.0.1:9100/"), "a.example", 443, STAND_IN),
        (("A.Example", "http://127.0.0.1:9100"), "a.EXAMPLE.", 80, STAND_IN),
        (("a.example", "http://127.0.0.1:9100"), "b.a.example", 80, None),
        (("a.example:8443", "http://127.0.0.1:9100"), "a.example", 8443, STAND_IN),
        (("a.example:8443", "http://127.0.0.1:9100"), "a.example", 443, None),
        (("a.example", "http://b.example"), "a.example", 443, Destination("http", "b.example", 80)),
        (("a.example", "https://B.example"), "a.example", 80, Destination("https", "b.example", 443)),
        (("a.example", "https://[::1]:8443"), "a.example", 80, Destination("https", "::1", 8443)),
        (("[::1]:80", "http://127.0.0.1:9100"), "::1", 80, STAND_IN),
        (("10.0.0.1", "http://127.0.0.1:9100"), "10.0.0.1", 80, STAND_IN),
    ],
)
def test_a_host_is_found_by_name_and_port(
    pair: tuple[str, str], host: str, port: int, found: Destination | None
) -> None:
    assert Redirects.of([pair]).find(host, port) == found


def test_a_host_with_a_port_wins_over_the_host_alone() -> None:
    redirects = Redirects.of([("a.example:80", "http://127.0.0.1:9100"), ("a.example", "http://b.example")])
    assert redirects.find("a.example", 80) == STAND_IN
    assert redirects.find("a.example", 81) == Destination("http", "b.example", 80)


def test_the_last_word_on_a_host_counts() -> None:
    redirects = Redirects.of([("a.example", "http://b.example"), ("A.example", "http://127.0.0.1:9100")])
    assert redirects.find("a.example", 80) == STAND_IN


def test_no_url_undoes_what_was_said_before() -> None:
    assert (
        Redirects.of([("a.example", "http://b.example"), ("a.example", None)]).find("a.example", 80) is None
    )


@pytest.mark.parametrize(
    ("host", "url", "reason"),
    [
        ("", "http://b.example", "the host must be a name"),
        ("http://a.example", "http://b.example", "without scheme or path"),
        ("a.example/path", "http://b.example", "without scheme or path"),
        ("a.example:port", "http://b.example", "with or without :PORT"),
        ("a b", "http://b.example", "the host must be a name"),
        ("user@a.example", "http://b.example", "the host must be a name"),
        ("*.example", "http://b.example", "the host must be a name"),
        ("a.example", "b.example", "write a URL such as"),
        ("a.example", "ftp://b.example", "write a URL such as"),
        ("a.example", "http://b.example:99999", "write a URL such as"),
        ("a.example", "http://b.example:0", "write a URL such as"),
        ("a.example", "http://", "the URL's host must be"),
        ("a.example", "http://b.example/mocks", "keep their own path"),
        ("a.example", "http://b.example?x=1", "keep their own path"),
        ("a.example", "http://me:secret@b.example", "must not hold a user"),
    ],
)
def test_what_cannot_be_followed_is_refused_with_the_reason(host: str, url: str, reason: str) -> None:
    with pytest.raises(InvalidRedirect, match=reason) as refused:
        Redirects.of([(host, url)])
    assert f"cannot resolve {host}={url}: " in str(refused.value)
