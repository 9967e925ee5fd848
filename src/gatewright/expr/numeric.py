"""Numbers that texts spell, in plain decimal: int() and float() accept more than that."""

import math
import re

_DECIMAL = re.compile(r"[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]{1,4})?")
_INTEGER = re.compile(r"[-+]?[0-9]{1,30}")
_LONGEST = 400


def number_of(text: str) -> int | float | None:
    """The finite number a text spells, or None."""
    if len(text) > _LONGEST or _DECIMAL.fullmatch(text) is None:
        return None
    if _INTEGER.fullmatch(text) is not None:
        return int(text)
    value = float(text)
    return value if math.isfinite(value) else None


def integer_of(text: str) -> int | None:
    """The whole number of at most 30 digits that a text spells, or None."""
    return int(text) if _INTEGER.fullmatch(text) is not None else None
