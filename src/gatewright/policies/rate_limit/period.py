"""The periods that quotas count in, in UTC: pure functions of the time.

Published resets: https://docs.apigee.com/api-platform/reference/policies/quota-policy
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final, Literal, TypeAlias

from gatewright.engine.ports import Window

TimeUnit: TypeAlias = Literal["second", "minute", "hour", "day", "week", "month"]

DAY_MS: Final = 86_400_000
UNIT_MS: Final[dict[TimeUnit, int]] = {
    "second": 1_000,
    "minute": 60_000,
    "hour": 3_600_000,
    "day": DAY_MS,
    "week": 7 * DAY_MS,
    "month": 28 * DAY_MS,  # but for months of the calendar
}
LONGEST_INTERVAL: Final = 10_000_000

_MONDAY_MS = 4 * DAY_MS  # 5 January 1970: weeks end at midnight after Sunday
_START_TIME = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2}) (\d{1,2}):(\d{1,2}):(\d{1,2})", re.ASCII)
_FIRST_YEAR = 1970
_LAST_YEAR = 9999


WindowOf: TypeAlias = Callable[[TimeUnit, int, int], Window]
"""The period of a call, given unit, interval and epoch milliseconds."""


def remembering(window_of: WindowOf) -> WindowOf:
    """The same, asked only when another period has begun: most calls fall into the last one's."""
    unit_of, interval_of, begins_ms, ends_ms, last = "", 0, 0, 0, Window(0, 0)

    def remembered(unit: TimeUnit, interval: int, now_ms: int) -> Window:
        nonlocal unit_of, interval_of, begins_ms, ends_ms, last
        if begins_ms <= now_ms < ends_ms and unit == unit_of and interval == interval_of:
            return last
        unit_of, interval_of, last = unit, interval, window_of(unit, interval, now_ms)
        begins_ms = last.start_ms or 0
        ends_ms = begins_ms + last.length_ms
        return last

    return remembered


def length_ms(unit: TimeUnit, interval: int) -> int:
    return UNIT_MS[unit] * interval


def started_window(start_ms: int, unit: TimeUnit, interval: int, now_ms: int) -> Window:
    """The period that holds `now`, periods following each other from `start_ms` on."""
    length = length_ms(unit, interval)
    return Window(now_ms - (now_ms - start_ms) % length, length)


def clock_window(unit: TimeUnit, interval: int, now_ms: int) -> Window:
    """The period that holds `now`, aligned to the clock: full minutes, hours, midnights, Mondays, months."""
    if unit == "month":
        return _months(interval, now_ms)
    return started_window(_MONDAY_MS if unit == "week" else 0, unit, interval, now_ms)


def parse_start_time(text: str) -> int | None:
    """`yyyy-MM-dd HH:mm:ss` as epoch milliseconds, 24:00:00 being midnight; None for anything else."""
    found = _START_TIME.fullmatch(text.strip())
    if found is None:
        return None
    year, month, day, hour, minute, second = map(int, found.groups())
    of_day = timedelta(hours=hour, minutes=minute, seconds=second)
    if minute > 59 or second > 59 or of_day > timedelta(days=1):
        return None
    try:
        return _epoch_ms(datetime(year, month, day, tzinfo=UTC) + of_day)
    except (ValueError, OverflowError):  # no such day
        return None


def _months(interval: int, now_ms: int) -> Window:
    now = datetime.fromtimestamp(now_ms / 1_000, UTC)
    month = (now.year - _FIRST_YEAR) * 12 + now.month - 1
    first = month - month % interval
    start = _month_start_ms(first)
    return Window(start, _month_start_ms(first + interval) - start)


def _month_start_ms(number: int) -> int:
    """When the month begins that many months after January 1970; no later than the end of the year 9999."""
    year, month = divmod(number, 12)
    if _FIRST_YEAR + year > _LAST_YEAR:
        return _epoch_ms(datetime(_LAST_YEAR, 12, 31, tzinfo=UTC))
    return _epoch_ms(datetime(_FIRST_YEAR + year, month + 1, 1, tzinfo=UTC))


def _epoch_ms(moment: datetime) -> int:
    return int(moment.timestamp()) * 1_000
