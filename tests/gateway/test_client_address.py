"""X-Forwarded-For is a claim; only a trusted proxy's claim counts."""

from ipaddress import ip_network

import pytest

from gatewright.engine.context import Peer
from gatewright.gateway.client_address import client_address
from gatewright.message import Headers, Request

PROXIES = (ip_network("10.0.0.0/8"), ip_network("2001:db8::/32"))


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("192.0.2.1", [], "192.0.2.1"),
        ("192.0.2.1", ["203.0.113.9"], "192.0.2.1"),
        ("10.0.0.1", [], "10.0.0.1"),
        ("10.0.0.1", ["203.0.113.9"], "203.0.113.9"),
        ("10.0.0.1", ["1.1.1.1, 203.0.113.9"], "203.0.113.9"),
        ("10.0.0.1", ["1.1.1.1", "203.0.113.9, 10.2.2.2"], "203.0.113.9"),
        ("10.0.0.1", ["10.2.2.2"], "10.0.0.1"),
        ("2001:db8::1", ["2001:db8::2, 2a00::1"], "2a00::1"),
        ("10.0.0.1", ["nonsense"], "nonsense"),
        ("10.0.0.1", [" , "], "10.0.0.1"),
    ],
)
def test_the_client_is_the_last_hop_that_no_trusted_proxy_is(
    peer: str, forwarded: list[str], client: str
) -> None:
    request = Request(headers=Headers([(b"X-Forwarded-For", value.encode()) for value in forwarded]))
    assert client_address(request, Peer(peer, 1, "127.0.0.1", 9001, "default", "http"), PROXIES) == client


def test_without_trusted_proxies_no_claim_counts() -> None:
    request = Request(headers=Headers([(b"X-Forwarded-For", b"203.0.113.9")]))
    assert client_address(request, Peer("10.0.0.1", 1, "", 1, "default", "http"), ()) == "10.0.0.1"
