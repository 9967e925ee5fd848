"""Times as Edge prints them in variables."""

from datetime import UTC, datetime


def http_time(epoch_ms: int) -> str | None:
    """`Wed, 21 Aug 2013 19:16:47 UTC`; None for 0, which stands for what has not happened."""
    if not epoch_ms:
        return None
    return moment(epoch_ms).strftime("%a, %d %b %Y %H:%M:%S UTC")


def moment(epoch_ms: int) -> datetime:
    """The time in UTC."""
    return datetime.fromtimestamp(epoch_ms / 1000, UTC)
