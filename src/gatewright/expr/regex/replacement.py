"""Replacement texts as java.util.regex.Matcher reads them: `$1`, `${name}`, a backslash before a literal."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from gatewright.expr.errors import RegexError
from gatewright.expr.scanner import Scanner

Replacement: TypeAlias = tuple[str | int, ...]
"""Literal texts and group numbers in turn."""


def read_replacement(text: str, groups: int, names: Mapping[str, int]) -> Replacement:
    """Raises RegexError for a group the pattern does not have."""
    scan = Scanner(text, RegexError)
    parts: list[str | int] = []
    while not scan.at_end:
        start = scan.position
        char = scan.next()
        if char == "\\":
            parts.append(scan.next())
        elif char == "$":
            parts.append(_group(scan, start, groups, names))
        else:
            parts.append(char)
    return tuple(parts)


def expanded(replacement: Replacement, groups: Sequence[str | None]) -> str:
    """`groups[0]` is the whole match; a group that took no part is empty."""
    return "".join(part if isinstance(part, str) else groups[part] or "" for part in replacement)


def _group(scan: Scanner, start: int, groups: int, names: Mapping[str, int]) -> int:
    if scan.take("{"):
        name = scan.until("}")
        if name not in names:
            raise scan.error(f"no group named {name}", start)
        return names[name]
    if not (scan.peek.isascii() and scan.peek.isdecimal()):
        raise scan.error("$ needs a group's number or name after it, or a backslash before it", start)
    number = int(scan.next())
    if number > groups:
        raise scan.error(f"no group {number}", start)
    while scan.peek.isascii() and scan.peek.isdecimal() and number * 10 + int(scan.peek) <= groups:
        number = number * 10 + int(scan.next())
    return number
