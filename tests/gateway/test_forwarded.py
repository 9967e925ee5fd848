"""What targets and policies learn of the client (docs.apigee.com: X-Forwarded-For)."""

import pytest

from gatewright.engine.context import Peer
from gatewright.gateway.forwarded import add_forwarded
from gatewright.gateway.http.unread import FieldBlock, UnreadFields
from gatewright.message import Headers

PEER = Peer("192.0.2.1", 40_000, "127.0.0.1", 9443, "secure", "https")
TRUE = [("X-Forwarded-Port", "9443"), ("X-Forwarded-Proto", "https")]


def read(headers: Headers) -> list[tuple[str, str]]:
    return [(name.decode(), value.decode()) for name, value in headers]


@pytest.mark.parametrize("unread", [True, False])
def test_a_request_without_them_gets_all_three(unread: bool) -> None:
    line = b"Accept: */*\r\n"
    headers = UnreadFields(FieldBlock(b"\n" + line, line)) if unread else Headers([(b"Accept", b"*/*")])
    add_forwarded(headers, PEER)
    assert headers.raw(b"x-forwarded-for") == b"192.0.2.1"
    if isinstance(headers, UnreadFields):
        assert headers.relayed == line  # they are passed on as they came, the three after them
    assert read(headers) == [("Accept", "*/*"), ("X-Forwarded-For", "192.0.2.1"), *TRUE]


def test_the_chain_grows_and_claims_about_port_and_scheme_are_replaced() -> None:
    headers = Headers(
        [
            (b"x-forwarded-for", b"203.0.113.9"),
            (b"X-Forwarded-Proto", b"http"),
            (b"X-Forwarded-For", b"198.51.100.7"),
            (b"X-Forwarded-Port", b"1"),
        ]
    )
    add_forwarded(headers, PEER)
    assert dict(read(headers)) == {
        "X-Forwarded-For": "203.0.113.9, 198.51.100.7, 192.0.2.1",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Port": "9443",
    }
