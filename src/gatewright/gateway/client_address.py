"""The client's address: what X-Forwarded-For says is believed only from peers that the operator trusts."""

from gatewright.engine.context import Peer
from gatewright.message import Request


def client_address(request: Request, peer: Peer, trusted: frozenset[str]) -> str:
    """The peer's address, or behind trusted proxies the last one in X-Forwarded-For that is not theirs."""
    if peer.ip not in trusted:
        return peer.ip
    hops = [hop.strip() for value in request.headers.get_all("x-forwarded-for") for hop in value.split(",")]
    for hop in reversed([hop for hop in hops if hop]):
        if hop not in trusted:
            return hop
    return peer.ip
