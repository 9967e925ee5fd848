"""The embedded flags of a pattern: `(?ismxud)`."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Flags:
    """Those in force at a place in the pattern."""

    ignores_case: bool = False
    unicode_case: bool = False
    dot_matches_all: bool = False
    multiline: bool = False
    comments: bool = False
    unix_lines: bool = False


LETTERS: Mapping[str, str] = {
    "i": "ignores_case",
    "u": "unicode_case",
    "s": "dot_matches_all",
    "m": "multiline",
    "x": "comments",
    "d": "unix_lines",
}
"""The letter of each flag, and its field."""
