"""The machine's clock: the only place that reads the time of day."""

import time


class SystemClock:
    """Wall-clock time. Durations are measured on it only where Edge reports them as timestamps."""

    __slots__ = ()

    def now_ms(self) -> int:
        """Epoch milliseconds."""
        return time.time_ns() // 1_000_000

    def now_us(self) -> int:
        """Epoch microseconds."""
        return time.time_ns() // 1_000
