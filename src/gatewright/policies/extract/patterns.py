"""Patterns that take values out of a text or a path, read at deploy and matched in linear time.

docs.apigee.com: ExtractVariables policy, "Using special characters in the pattern". `{name}` takes a piece
out; in a text `*` stands for any characters; in a path `*` stands for one segment and `**` for any number of
them; `%{` and `%}` are braces. Pieces are as short as can be, the last one as long as it must.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

_NAME = re.compile(r"[^\s{}*%]+")
_TOKEN = re.compile(r"%([{}])|\{([^{}]*)\}|(\*+)|([{}])|([^%{}*]+|%)", re.DOTALL)

Found: TypeAlias = list[tuple[str, str]]
"""Variables' names and what was taken out for them."""
Match: TypeAlias = Callable[[str], Found | None]
"""What the pattern takes out of a text; None when it does not fit."""


class InvalidPattern(ValueError):
    """A pattern that cannot be read."""


@dataclass(frozen=True, slots=True)
class Hole:
    """Any characters; those for a variable are taken out."""

    variable: str | None = None


@dataclass(frozen=True, slots=True)
class Glob:
    """Literal texts with one hole between each two: `literals` is one longer than `holes`."""

    literals: tuple[str, ...]
    holes: tuple[Hole, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The variables it sets."""
        return tuple(hole.variable for hole in self.holes if hole.variable is not None)

    def match(self, text: str, folded: str) -> Found | None:
        """Fit the whole text; the literals are looked for in `folded`, the text or it in one case."""
        if not self.holes:
            return [] if folded == self.literals[0] else None
        first, last = self.literals[0], self.literals[-1]
        end = len(folded) - len(last)
        at = len(first)
        if end < at or not folded.startswith(first) or not folded.endswith(last):
            return None
        found: Found = []
        for hole, literal in zip(self.holes[:-1], self.literals[1:-1], strict=True):
            until = folded.find(literal, at, end)
            if until < 0:
                return None
            _take(found, hole, text[at:until])
            at = until + len(literal)
        _take(found, self.holes[-1], text[at:end])
        return found


def _take(found: Found, hole: Hole, piece: str) -> None:
    if hole.variable is not None:
        found.append((hole.variable, piece))


def read_glob(pattern: str, *, folds: bool = False) -> Glob:
    """Raises InvalidPattern."""
    literals = [""]
    holes: list[Hole] = []
    for token in _tokens(pattern):
        if isinstance(token, Hole):
            holes.append(token)
            literals.append("")
        else:
            literals[-1] += token
    return Glob(tuple(fold(text) if folds else text for text in literals), tuple(holes))


def _tokens(pattern: str) -> Iterator[str | Hole]:
    for found in _TOKEN.finditer(pattern):
        escaped, name, stars, brace, literal = found.groups()
        if brace is not None:
            raise InvalidPattern(f"{brace!r} stands alone; write %{brace} for the character")
        if name is not None and _NAME.fullmatch(name) is None:
            raise InvalidPattern(f"{name!r} is not the name of a variable")
        if name is not None:
            yield Hole(name)
        elif stars is not None:
            yield Hole()
        else:
            yield escaped or literal


def fold(text: str) -> str:
    """The text in one case, character by character, so that places in it stay what they were."""
    lower = text.lower()
    if len(lower) == len(text):
        return lower
    return "".join(low if len(low := character.lower()) == 1 else character for character in text)


def text_pattern(pattern: str, *, ignore_case: bool) -> tuple[Match, tuple[str, ...]]:
    """The match of a text, and the variables it sets. Raises InvalidPattern."""
    glob = read_glob(pattern, folds=ignore_case)
    if ignore_case:
        return lambda text: glob.match(text, fold(text)), glob.names
    return lambda text: glob.match(text, text), glob.names


@dataclass(frozen=True, slots=True)
class PathPattern:
    """A path's segments in runs, any number of other segments between each two runs."""

    runs: tuple[tuple[Glob, ...], ...]
    ignore_case: bool

    @property
    def segments(self) -> int:
        """How many segments it names: of the patterns that fit, the one with most is used."""
        return sum(len(run) for run in self.runs)

    @property
    def names(self) -> tuple[str, ...]:
        """The variables it sets."""
        return tuple(name for run in self.runs for glob in run for name in glob.names)

    def match(self, path: str) -> Found | None:
        segments = path.split("/")
        folded = fold(path).split("/") if self.ignore_case else segments
        first = self._fit(self.runs[0], segments, folded, 0)
        if first is None:
            return None
        if len(self.runs) == 1:
            return first if len(segments) == len(self.runs[0]) else None
        at = len(self.runs[0])
        end = len(segments) - len(self.runs[-1])
        for run in self.runs[1:-1]:
            at, found = self._search(run, segments, folded, at)
            if found is None:
                return None
            first += found
        last = self._fit(self.runs[-1], segments, folded, end) if end >= at else None
        return None if last is None else first + last

    def _search(
        self, run: tuple[Glob, ...], segments: Sequence[str], folded: Sequence[str], at: int
    ) -> tuple[int, Found | None]:
        for start in range(at, len(segments) - len(run) + 1):
            found = self._fit(run, segments, folded, start)
            if found is not None:
                return start + len(run), found
        return at, None

    def _fit(
        self, run: tuple[Glob, ...], segments: Sequence[str], folded: Sequence[str], at: int
    ) -> Found | None:
        if at + len(run) > len(segments):
            return None
        found: Found = []
        for glob, segment, low in zip(run, segments[at:], folded[at:], strict=False):
            # A hole stands for a segment that is there: `/a/` has nothing for `/a/{id}`.
            if not segment and glob.holes:
                return None
            taken = glob.match(segment, low)
            if taken is None:
                return None
            found += taken
        return found


def path_pattern(pattern: str, *, ignore_case: bool) -> PathPattern:
    """Raises InvalidPattern."""
    runs: list[list[Glob]] = [[]]
    for segment in pattern.split("/"):
        if segment == "**":
            runs.append([])
        else:
            runs[-1].append(read_glob(segment, folds=ignore_case))
    return PathPattern(tuple(tuple(run) for run in runs), ignore_case)
