"""How records count calls: pure functions from one record to the next, with the time as an argument.

Workers read the clock before they take the lock, so a record may be a little ahead of `now`. One that is far
ahead shows that the clock was set back; such a record is forgotten rather than kept for ever.
"""

from gatewright.engine.ports import Count, Window
from gatewright.services.memory.slots import Record

RACE_MS = 1_000
"""How far two workers' `now` may differ, generously."""

BUCKETS = 32
WINDOW_FIELDS = 5
"""(expires_at_ms, used, start_ms, refused, total_refused)"""
PASS_FIELDS = 2
"""(free_after_us, passed_at_us)"""
ROLLING_FIELDS = 6 + BUCKETS
"""(expires_at_ms, used, length_ms, last_bucket, refused, total_refused, *buckets)"""


def take(
    record: Record, weight: int, limit: int | None, window: Window, now_ms: int, elsewhere: int = 0
) -> tuple[Record, Count]:
    """The record after the call, and what it says.

    `elsewhere`: how many of the window's calls it does not hold.
    """
    if record[2] != window.start_ms or record[0] - record[2] != window.length_ms:
        now_running = _running(record, window, now_ms)
    else:
        now_running = record
    expires_at, used, start, refused, total_refused = now_running
    passed = limit is None or used + elsewhere + weight <= limit
    if passed:
        used += weight
    else:
        refused, total_refused = refused + 1, total_refused + 1
    after = (expires_at, used, start, refused, total_refused)
    return after if weight else record, Count(passed, used + elsewhere, refused, total_refused, expires_at)


def _running(record: Record, window: Window, now_ms: int) -> Record:
    """The record if its window is the call's, else one whose count begins at 0."""
    expires_at, _, start, _, total_refused = record
    if window.start_ms is None:
        same = expires_at - start == window.length_ms and start - RACE_MS <= now_ms < expires_at
        fresh_start = now_ms
    else:
        same = start == window.start_ms and expires_at - start == window.length_ms
        # Another worker has gone on to the next window already: the call counts there.
        same = same or start == window.start_ms + window.length_ms <= now_ms + RACE_MS
        fresh_start = window.start_ms
    return record if same else (fresh_start + window.length_ms, 0, fresh_start, 0, total_refused)


def take_rolling(
    record: Record, weight: int, limit: int | None, length_ms: int, now_ms: int
) -> tuple[Record, Count]:
    """The same over the last `length_ms`.

    The span is cut into 31 buckets and the running one makes 32, so that a call is remembered for the whole
    length and at most 1/31 of it longer: the limit holds in any span.
    """
    bucket_ms = -(-length_ms // (BUCKETS - 1))
    counts, last = _recent(record, length_ms, bucket_ms, now_ms)
    used = sum(counts)
    refused, total_refused = record[4] if used else 0, record[5]
    passed = limit is None or used + weight <= limit
    if passed:
        counts[last % BUCKETS] += weight
        used += weight
    else:
        refused, total_refused = refused + 1, total_refused + 1
    after = (now_ms + length_ms + bucket_ms, used, length_ms, last, refused, total_refused, *counts)
    return after if weight else record, Count(passed, used, refused, total_refused, now_ms + length_ms)


def _recent(record: Record, length_ms: int, bucket_ms: int, now_ms: int) -> tuple[list[int], int]:
    """The buckets without what is too old, and the number of the running one."""
    bucket = now_ms // bucket_ms
    last = record[3]
    if record[2] != length_ms or (last - bucket) * bucket_ms > RACE_MS + bucket_ms:
        return [0] * BUCKETS, bucket
    counts = list(record[6:])
    for emptied in range(last + 1, min(bucket, last + BUCKETS) + 1):
        counts[emptied % BUCKETS] = 0
    return counts, max(last, bucket)


def try_pass(record: Record, gap_us: int, now_us: int) -> tuple[Record, bool]:
    """The record after the call, and whether the gap since the last pass has gone by.

    A pass in the far future is no reason to wait.
    """
    if record[1] and abs(now_us - record[1]) < gap_us:
        return record, False
    return (now_us + gap_us, now_us), True
