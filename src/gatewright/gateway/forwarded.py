"""X-Forwarded-For, -Port and -Proto, which Edge's router adds to every request before any policy sees it.

The chain in X-Forwarded-For grows by the peer's address; what a client claims about port and scheme is
replaced by what is true. (docs.apigee.com: Flow variables reference, `proxy.client.ip`; X-Forwarded-For.)
"""

from functools import lru_cache

from gatewright.engine.context import Peer
from gatewright.gateway.http.unread import UnreadFields
from gatewright.message import Field, Headers


def add_forwarded(headers: Headers, peer: Peer) -> None:
    """Write the three fields for a request from that peer."""
    fields, lines = _fields(peer.ip, peer.local_port, peer.scheme)
    if type(headers) is UnreadFields and not headers.block.claims_forwarding:
        headers.begin_with(fields, lines)
        return
    if not headers.has_prefix(b"x-forwarded-"):
        headers.extend(fields.values())
        return
    chain = headers.get_all("X-Forwarded-For")
    _, *claims = fields.values()
    headers.set("X-Forwarded-For", ", ".join([*chain, peer.ip]))
    for field in claims:
        headers.put(field)


@lru_cache(maxsize=4096)
def _fields(ip: str, port: int, scheme: str) -> tuple[dict[bytes, Field], bytes]:
    """The fields by lower-cased name, and the lines that they are."""
    fields = (
        (b"X-Forwarded-For", ip.encode("ascii", "replace")),
        (b"X-Forwarded-Port", b"%d" % port),
        (b"X-Forwarded-Proto", scheme.encode("ascii")),
    )
    return {field[0].lower(): field for field in fields}, b"".join(
        [b"%b: %b\r\n" % field for field in fields]
    )
