"""Durations, measured so that a change of the machine's clock does not lengthen them."""

import time


def monotonic_ms() -> float:
    """Milliseconds since some moment; never goes back."""
    return time.monotonic() * 1_000
