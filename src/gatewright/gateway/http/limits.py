"""How big, how slow and how many a client or a target may be. Sizes are bytes, times milliseconds."""

from dataclasses import dataclass

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """One set for a whole worker. The sizes are Edge's published limits where it publishes any."""

    request_uri: int = 7 * 1024
    request_line: int = 10 * 1024
    request_fields: int = 18 * 1024
    field_count: int = 100
    response_fields: int = 25 * 1024
    interim_responses: int = 10
    """1xx answers that a target may send before its real one."""

    head_ms: int = 10_000
    """From the first byte of a request, or from the handshake, to the end of its head."""
    body_idle_ms: int = 30_000
    body_bytes_per_s: int = 240
    """Least mean rate of a request body once it has taken longer than `body_idle_ms`; 0 for none."""
    keepalive_ms: int = 65_000
    write_idle_ms: int = 30_000
    """A client must take at least `body_bytes_per_s` times this much in such a time while we have more."""
    linger_ms: int = 2_000
    """How long a request that was refused early may go on arriving before the connection is closed."""

    held_bytes: int = 64 * 1024
    """What is kept of a body or of pipelined requests before reading pauses."""
    connections: int = 100_000
    """Clients at a time; a worker sets what its descriptors allow."""
    connections_per_client: int = 8_192
