"""How many files and sockets a process may have open, and how many clients a worker can serve with them."""

import resource

OWN = 96
"""What a worker keeps for itself: listeners, the database, files, and clients that are being turned away."""
_WITHOUT_LIMIT = 1_000_000


def raise_limit() -> int:
    """Take as many as the system lets the process have (getrlimit(2): soft up to hard); gives how many.

    The soft limit is low by custom, for the sake of programs that use select(2).
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        except (ValueError, OSError):  # a hard limit without bound that the system does not mean
            return _finite(soft)
    return _finite(hard)


def clients_within(limit: int) -> int:
    """How many clients leave nobody without a descriptor: each may need one more, for its target."""
    return max((limit - OWN) // 2, 1)


def _finite(limit: int) -> int:
    return _WITHOUT_LIMIT if limit == resource.RLIM_INFINITY else min(limit, _WITHOUT_LIMIT)
