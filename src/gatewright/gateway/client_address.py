"""The client's address: what X-Forwarded-For says is believed only from peers that the operator trusts."""

from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address

from gatewright.engine.context import Peer
from gatewright.message import Request

Networks = tuple[IPv4Network | IPv6Network, ...]


def client_address(request: Request, peer: Peer, trusted: Networks) -> str:
    """The peer's address, or behind trusted proxies the last one in X-Forwarded-For that is not theirs."""
    if not trusted or not is_in(peer.ip, trusted):
        return peer.ip
    hops = [hop.strip() for value in request.headers.get_all("x-forwarded-for") for hop in value.split(",")]
    for hop in reversed([hop for hop in hops if hop]):
        if not is_in(hop, trusted):
            return hop
    return peer.ip


@lru_cache(maxsize=4096)
def is_in(text: str, networks: Networks) -> bool:
    """Whether the address lies in one of the networks; what is no address does not."""
    try:
        address = ip_address(text)
    except ValueError:
        return False
    return any(address in network for network in networks)
