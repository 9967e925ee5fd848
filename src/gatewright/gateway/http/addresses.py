"""Which addresses a call may go to when its target was made from request data.

The name is resolved here and the connection is made to the address that was checked, so that a second answer
of the name server cannot lead elsewhere.
"""

import asyncio
import ipaddress
import socket

_NAT64 = ipaddress.ip_network("64:ff9b::/96")  # RFC 6052: an IPv4 address in IPv6 dress


class AddressNotAllowed(Exception):
    """A name that leads to a loopback, link-local, private or otherwise special address."""

    def __init__(self, host: str) -> None:
        super().__init__(f"{host} is not a public address")
        self.host = host


async def public_addresses(loop: asyncio.AbstractEventLoop, host: str, port: int) -> list[str]:
    """The addresses of a host, all of them public. Raises AddressNotAllowed and socket.gaierror."""
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = [str(entry[4][0]) for entry in found]
    if not all(is_public(address) for address in addresses):
        raise AddressNotAllowed(host)
    return addresses


def is_public(text: str) -> bool:
    """Whether an address belongs to the public internet, looking into IPv4-mapped and NAT64 addresses."""
    address = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            address = address.ipv4_mapped
        elif address in _NAT64:
            address = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        elif address.sixtofour is not None and not address.sixtofour.is_global:
            return False
    return address.is_global and not address.is_multicast
