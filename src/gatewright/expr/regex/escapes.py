"""Backslash escapes that stand for a character or a set of them, in and out of classes."""

from typing import TypeAlias

from gatewright.expr.regex.charset import CharSet, Range
from gatewright.expr.regex.properties import property_set
from gatewright.expr.scanner import Scanner

Escape: TypeAlias = int | CharSet
"""A code point, or a set."""

_CONTROLS = {"t": 9, "n": 10, "r": 13, "f": 12, "a": 7, "e": 27}
_SETS: dict[str, tuple[Range, ...]] = {
    "d": ((48, 57),),
    "w": ((48, 57), (65, 90), (95, 95), (97, 122)),
    "s": ((9, 13), (32, 32)),
    "v": ((10, 13), (0x85, 0x85), (0x2028, 0x2029)),
    "h": (
        (9, 9),
        (32, 32),
        (0xA0, 0xA0),
        (0x1680, 0x1680),
        (0x180E, 0x180E),
        (0x2000, 0x200A),
        (0x202F, 0x202F),
        (0x205F, 0x205F),
        (0x3000, 0x3000),
    ),
}


def read_escape(scan: Scanner, start: int) -> Escape:
    """What the escape means whose backslash, at `start`, was just read. Raises RegexError."""
    char = scan.next()
    if char in _CONTROLS:
        return _CONTROLS[char]
    if char.lower() in _SETS:
        chars = CharSet(_SETS[char.lower()])
        return chars if char.islower() else chars.negated()
    if char in "pP":
        return _property(scan, start, is_negated=char == "P")
    if char == "x":
        return _hexadecimal(scan, start)
    if char == "u":
        return _utf16(scan, start)
    if char == "0":
        return _octal(scan, start)
    if char == "c":
        return ord(scan.next()) ^ 0x40
    if char.isascii() and char.isalnum():
        raise scan.error(f"unknown escape \\{char}", start)
    return ord(char)


def _property(scan: Scanner, start: int, *, is_negated: bool) -> CharSet:
    name = scan.until("}") if scan.take("{") else scan.next()
    chars = property_set(name)
    if chars is None:
        raise scan.error(f"unknown or unsupported character property {name}", start)
    return chars.negated() if is_negated else chars


def _hexadecimal(scan: Scanner, start: int) -> int:
    digits = scan.until("}") if scan.take("{") else scan.next() + scan.next()
    return _code(scan, start, digits, 16)


def _utf16(scan: Scanner, start: int) -> int:
    """`\\uXXXX`; a high surrogate goes with the low one after it."""
    code = _code(scan, start, _four(scan), 16)
    if 0xD800 <= code < 0xDC00 and scan.take("\\u"):
        low = _code(scan, start, _four(scan), 16)
        if 0xDC00 <= low < 0xE000:
            return 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00)
        raise scan.error("a high surrogate needs a low one after it", start)
    return code


def _four(scan: Scanner) -> str:
    return "".join(scan.next() for _ in range(4))


def _octal(scan: Scanner, start: int) -> int:
    digits = ""
    while scan.peek in tuple("01234567") and len(digits) < 3 and int(digits + scan.peek, 8) <= 0o377:
        digits += scan.next()
    return _code(scan, start, digits, 8)


def _code(scan: Scanner, start: int, digits: str, base: int) -> int:
    try:
        code = int(digits, base)
    except ValueError:
        raise scan.error("not a character code", start) from None
    if not digits.isalnum() or not 0 <= code <= 0x10FFFF:
        raise scan.error("not a character code", start)
    return code
