"""Sets of characters as a pattern's class describes them: ranges of code points, and Unicode properties."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

LAST = 0x10FFFF
_SURROGATES = (0xD800, 0xDFFF)

Range: TypeAlias = tuple[int, int]
"""First and last code point, both included."""

Property: TypeAlias = tuple[str, bool]
"""A Unicode property's name as RE2 and regex both spell it, and whether it is negated."""

_LETTERS: tuple[Property, ...] = (("Lu", False), ("Ll", False), ("Lt", False))
_CASED: tuple[Property, ...] = (("Uppercase", False), ("Lowercase", False), ("Lt", False))
_OTHER_CASES = {held: group for group in (_LETTERS, _CASED) for held in group[:2]} | {("Lt", False): _LETTERS}


@dataclass(frozen=True, slots=True)
class CharSet:
    """The characters in `ranges` (sorted, apart from each other) or in one of `properties`; or all others."""

    ranges: tuple[Range, ...] = ()
    properties: tuple[Property, ...] = ()
    is_negated: bool = False

    def __contains__(self, code: int) -> bool:
        """Whether it surely holds the character; a property counts as holding none."""
        return any(first <= code <= last for first, last in self.ranges) != self.is_negated

    @property
    def is_plain(self) -> bool:
        """No properties: set algebra is exact."""
        return not self.properties

    def union(self, other: "CharSet") -> "CharSet | None":
        """None when a negated set with properties would have to be worked out."""
        left, right = self.resolved(), other.resolved()
        if left is None or right is None:
            return None
        return CharSet(merged((*left.ranges, *right.ranges)), (*left.properties, *right.properties))

    def intersection(self, other: "CharSet") -> "CharSet | None":
        """None when properties stand in the way."""
        if not (self.is_plain and other.is_plain):
            return None
        outside = merged((*complement(_positive(self)), *complement(_positive(other))))
        return CharSet(complement(outside))

    def negated(self) -> "CharSet":
        return CharSet(self.ranges, self.properties, not self.is_negated)

    def resolved(self) -> "CharSet | None":
        """The same set without `is_negated`, or None when a property stands in the way."""
        if not self.is_negated:
            return self
        if self.is_plain:
            return CharSet(complement(self.ranges))
        if len(self.properties) == 1 and not self.ranges:
            name, is_negated = self.properties[0]
            return CharSet((), ((name, not is_negated),))
        return None


def merged(ranges: Iterable[Range]) -> tuple[Range, ...]:
    """Sorted, with what overlaps or touches joined, and without surrogates, which no text holds."""
    joined: list[Range] = []
    for first, last in sorted(_without_surrogates(ranges)):
        if joined and first <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
        else:
            joined.append((first, last))
    return tuple(joined)


def complement(ranges: Iterable[Range]) -> tuple[Range, ...]:
    gaps: list[Range] = []
    start = 0
    for first, last in merged(ranges):
        if first > start:
            gaps.append((start, first - 1))
        start = last + 1
    if start <= LAST:
        gaps.append((start, LAST))
    return merged(gaps)


def of(text: str) -> CharSet:
    """The set of the characters of a text."""
    return CharSet(merged((ord(char), ord(char)) for char in text))


def ignoring_case(chars: CharSet, *, unicode: bool) -> CharSet:
    """The set with the other case of each letter: of ASCII letters, or of all with Java's UNICODE_CASE."""
    extra: list[Range] = []
    for first, last in chars.ranges:
        extra.extend(_shifted(first, last, ord("a"), ord("z"), -32))
        extra.extend(_shifted(first, last, ord("A"), ord("Z"), 32))
        if unicode and last > 0x7F and last - first < 0x1000:
            extra.extend(_other_cases(first, last))
    return CharSet(merged((*chars.ranges, *extra)), _any_case(chars.properties), chars.is_negated)


def _any_case(properties: tuple[Property, ...]) -> tuple[Property, ...]:
    extra = [other for held in properties for other in _OTHER_CASES.get(held, ())]
    return tuple(dict.fromkeys((*properties, *extra)))


def _shifted(first: int, last: int, low: int, high: int, by: int) -> Iterable[Range]:
    first, last = max(first, low), min(last, high)
    if first <= last:
        yield first + by, last + by


def _other_cases(first: int, last: int) -> Iterable[Range]:
    for code in range(max(first, 0x80), last + 1):
        for other in (chr(code).lower(), chr(code).upper()):
            if len(other) == 1:
                yield ord(other), ord(other)


def _without_surrogates(ranges: Iterable[Range]) -> Iterable[Range]:
    low, high = _SURROGATES
    for first, last in ranges:
        if first < low:
            yield first, min(last, low - 1)
        if last > high:
            yield max(first, high + 1), last


def _positive(chars: CharSet) -> tuple[Range, ...]:
    return complement(chars.ranges) if chars.is_negated else chars.ranges
