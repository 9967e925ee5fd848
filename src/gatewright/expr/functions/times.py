"""timeFormat and its like: times as java.text.SimpleDateFormat writes them, in English and in UTC.

Sources: docs.apigee.com/api-platform/reference/message-template-intro,
docs.oracle.com/javase/8/docs/api/java/text/SimpleDateFormat.html.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import groupby
from random import Random
from typing import TypeAlias

from gatewright.expr.functions.function import Apply, Function, InvalidArgument, compiled, integer

Format: TypeAlias = Callable[[datetime], str]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def java_time_format(pattern: str) -> Format:
    """What writes a time by a SimpleDateFormat pattern. Raises ValueError for a letter it does not know."""
    pieces = list(_pieces(pattern))
    return lambda moment: "".join(piece(moment) for piece in pieces)


def _pieces(pattern: str) -> Iterator[Format]:
    for text, is_literal in _split(pattern):
        if is_literal:
            yield _literal(text)
            continue
        for letter, run in groupby(text):
            yield _field(letter, len(list(run)))


def _split(pattern: str) -> Iterator[tuple[str, bool]]:
    """Text in quotes is literal, two quotes are one, and so is whatever is no ASCII letter."""
    parts = pattern.replace("''", "\0").split("'")
    if len(parts) % 2 == 0:
        raise ValueError("a quote is not closed")
    for i, part in enumerate(parts):
        is_quoted = i % 2 == 1
        for is_letter, run in groupby(part, lambda char: char.isascii() and char.isalpha()):
            yield "".join(run).replace("\0", "'"), is_quoted or not is_letter


def _literal(text: str) -> Format:
    return lambda _: text


def _field(letter: str, width: int) -> Format:
    number = _NUMBERS.get(letter)
    if number is not None:
        return lambda moment: str(number(moment)).zfill(width)
    match letter:
        case "y" | "Y":
            return _year(_week_year if letter == "Y" else _calendar_year, width)
        case "M" | "L":
            return _month(width)
        case "E":
            return _named(lambda moment: _DAYS[moment.weekday()], is_short=width < 4)
        case _:
            fixed = _FIXED.get(letter)
            if fixed is None:
                raise ValueError(f"no time format letter: {letter}")
            return fixed(width)


def _year(year: Callable[[datetime], int], width: int) -> Format:
    if width == 2:
        return lambda moment: f"{year(moment) % 100:02}"
    return lambda moment: str(year(moment)).zfill(width)


def _month(width: int) -> Format:
    if width < 3:
        return lambda moment: str(moment.month).zfill(width)
    return _named(lambda moment: _MONTHS[moment.month - 1], is_short=width == 3)


def _named(name: Format, *, is_short: bool) -> Format:
    return (lambda moment: name(moment)[:3]) if is_short else name


def _iso_zone(width: int) -> Format:
    if width > 3:
        raise ValueError("X may stand three times at most")
    return _literal("Z")


def _calendar_year(moment: datetime) -> int:
    return moment.year


def _week_year(moment: datetime) -> int:
    """The year of the Saturday that ends the week: weeks begin on Sunday, the first one holds 1 January."""
    return (moment + timedelta(days=(5 - moment.weekday()) % 7)).year


def _week_of_year(moment: datetime) -> int:
    if _week_year(moment) > moment.year:
        return 1
    return _weeks_since_first(moment.timetuple().tm_yday, moment)


def _weeks_since_first(day: int, moment: datetime) -> int:
    """The week that the day lies in, counted from 1, `day` being the moment's in its year or month."""
    first_weekday = (moment.weekday() + 1 - (day - 1)) % 7  # Sunday is 0
    return (day - 1 + first_weekday) // 7 + 1


_NUMBERS: dict[str, Callable[[datetime], int]] = {
    "d": lambda moment: moment.day,
    "D": lambda moment: moment.timetuple().tm_yday,
    "H": lambda moment: moment.hour,
    "k": lambda moment: moment.hour or 24,
    "K": lambda moment: moment.hour % 12,
    "h": lambda moment: moment.hour % 12 or 12,
    "m": lambda moment: moment.minute,
    "s": lambda moment: moment.second,
    "S": lambda moment: moment.microsecond // 1000,
    "u": lambda moment: moment.isoweekday(),
    "F": lambda moment: (moment.day - 1) // 7 + 1,
    "w": _week_of_year,
    "W": lambda moment: _weeks_since_first(moment.day, moment),
}
_FIXED: dict[str, Callable[[int], Format]] = {
    "G": lambda _: _literal("AD"),
    "a": lambda _: lambda moment: "AM" if moment.hour < 12 else "PM",
    "z": lambda width: _literal("UTC" if width < 4 else "Coordinated Universal Time"),
    "Z": lambda _: _literal("+0000"),
    "X": _iso_zone,
}


def _prepare(literals: Sequence[str | None], unit_ms: int) -> Apply:
    format_of = compiled(_format, literals[0])

    def apply(arguments: Sequence[str], _random: Random) -> str:
        write = format_of(arguments[0])
        epoch_ms = integer(arguments[1], 1) * unit_ms
        try:
            return write(_EPOCH + timedelta(milliseconds=epoch_ms))
        except OverflowError:
            raise InvalidArgument(f"time out of range: {epoch_ms} ms", 1) from None

    return apply


def _format(pattern: str) -> Format:
    try:
        return java_time_format(pattern)
    except ValueError as error:
        raise InvalidArgument(str(error), 0) from error


# timeFormat and timeFormatMs used the server's local zone, which on Apigee is UTC; their page now says UTC.
FUNCTIONS = (
    Function("timeFormat", 2, 2, lambda literals: _prepare(literals, 1000)),
    Function("timeFormatMs", 2, 2, lambda literals: _prepare(literals, 1)),
    Function("timeFormatUTC", 2, 2, lambda literals: _prepare(literals, 1000)),
    Function("timeFormatUTCMs", 2, 2, lambda literals: _prepare(literals, 1)),
)
