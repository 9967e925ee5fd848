"""Which addresses a target made from request data may have (decision: public ones only)."""

import asyncio

import pytest
from tests.gateway.http.origin import gateway

from gatewright.engine.target import Origin
from gatewright.gateway.http.addresses import AddressNotAllowed, is_public, public_addresses

PRIVATE = [
    "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254",
    "100.64.0.1", "224.0.0.1", "255.255.255.255", "192.0.2.1", "::1", "::", "fe80::1", "fe80::1%eth0",
    "fc00::1", "fd00:ec2::254", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a00:1",
    "2002:7f00:1::", "ff02::1",
]  # fmt: skip
PUBLIC = ["8.8.8.8", "1.1.1.1", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]


@pytest.mark.parametrize("address", PRIVATE)
def test_a_special_address_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_an_address_of_the_internet_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("host", ["localhost", "127.1", "2130706433", "0x7f.1", "::1"])
async def test_a_name_is_judged_by_where_it_leads(host: str) -> None:
    with pytest.raises((AddressNotAllowed, OSError)):
        await public_addresses(asyncio.get_running_loop(), host, 80)


async def test_an_untrusted_target_on_loopback_is_never_connected_to() -> None:
    connected = asyncio.Event()

    async def canary(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connected.set()
        writer.close()

    server = await asyncio.start_server(canary, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with gateway(Origin("http", "localhost", port, is_trusted=False)) as running:
        answer = await running.ask(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    server.close()
    assert answer.endswith(b"NOT_ALLOWED")
    assert not connected.is_set()
