"""A java.util.regex pattern that can be run: on google-re2 in linear time where its meaning survives, else on
the regex module with a time limit."""

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import Any, TypeAlias

import re2  # type: ignore[import-untyped]
import regex  # type: ignore[import-untyped]

from gatewright.expr.errors import RegexError
from gatewright.expr.regex.reader import read_regex
from gatewright.expr.regex.replacement import Replacement, expanded, read_replacement
from gatewright.expr.regex.syntax import At, Capture, One, Place, walk
from gatewright.expr.regex.writer import Use, write_backtracking, write_linear

TIMEOUT_S = 0.05
"""For one match of a pattern that needs backtracking."""

_SMALL_PROGRAM = 1_000  # instructions; above it re2.Set could run out of its memory and answer wrongly


_MOST_RESTARTS = 1_000  # each may take TIMEOUT_S

Occurrence: TypeAlias = tuple[int, int, Sequence[str | None]]
"""Start, end and groups (0 the whole) of one match."""


class RegexTimeout(Exception):
    """A match was given up after TIMEOUT_S: pattern and text together need too much backtracking."""


class JavaRegex:
    """One pattern. Positions are those of Python text."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self._root = read_regex(pattern)
        captures = [node for node in walk(self._root) if isinstance(node, Capture)]
        self._groups = len(captures)
        self._names = {node.name: node.number for node in captures if node.name is not None}
        self.matches: Callable[[str], bool] = self._answer(Use.FULL_MATCH)
        """Whether the pattern matches the whole text. Raises RegexTimeout."""

    @property
    def is_linear(self) -> bool:
        """`matches` takes time in proportion to the text and raises no RegexTimeout."""
        return self._linear(Use.FULL_MATCH) is not None

    @cached_property
    def found_in(self) -> Callable[[str], bool]:
        """Whether the pattern occurs in the text. Raises RegexTimeout."""
        return self._answer(Use.SEARCH)

    def replacement(self, text: str) -> Replacement:
        """Raises RegexError."""
        return read_replacement(text, self._groups, self._names)

    def replace(self, text: str, replacement: Replacement, count: int = 0) -> str:
        """The text with the first `count` occurrences replaced; 0 stands for all. Raises RegexTimeout."""
        pieces: list[str] = []
        end = 0
        for number, (start, stop, groups) in enumerate(self.occurrences(text)):
            if count and number >= count:
                break
            pieces += (text[end:start], expanded(replacement, groups))
            end = stop
        pieces.append(text[end:])
        return "".join(pieces)

    def occurrences(self, text: str) -> Iterator[Occurrence]:
        """Each place where the pattern occurs, none overlapping another. Raises RegexTimeout."""
        try:
            for found in self._finder(text):
                yield found.start(), found.end(), (found.group(), *found.groups())
        except TimeoutError:
            raise RegexTimeout(self.pattern) from None

    @cached_property
    def _finder(self) -> Callable[[str], Iterator[Any]]:
        written = self._linear(Use.SPANS)
        backtracking = self._backtracking if written is None or self._has_boundaries else None
        linear = None if written is None else _compiled(written, self.pattern)

        def find(text: str) -> Iterator[Any]:
            if linear is None or (backtracking is not None and not text.isascii()):
                return _each_by_backtracking(backtracking, text, self.pattern)
            return _each_once(linear.finditer(_encodable(text)))

        return find

    def _linear(self, use: Use) -> str | None:
        """The pattern in RE2's syntax, or None when RE2 cannot run it."""
        written = write_linear(self._root, use)
        if written is None or not self._has_properties:
            return written
        try:
            _compiled(written, self.pattern)
        except RegexError:
            return None  # a property that only the regex module knows, or that neither knows
        return written

    @property
    def _has_boundaries(self) -> bool:
        """RE2's word boundaries know ASCII alone; Java's, up to version 18, know all letters and digits."""
        places = (Place(At.WORD_BOUNDARY), Place(At.NO_WORD_BOUNDARY))
        return any(node in places for node in walk(self._root))

    @property
    def _has_properties(self) -> bool:
        return any(isinstance(node, One) and node.chars.properties for node in walk(self._root))

    def _answer(self, use: Use) -> Callable[[str], bool]:
        written = self._linear(use)
        linear = None
        if written is not None:
            linear = linear_answer(written, is_full=use is Use.FULL_MATCH, source=self.pattern)
            if not self._has_boundaries:
                return linear
        backtracking = self._backtracking_answer(use)
        if linear is None:
            return backtracking
        return lambda text: linear(text) if text.isascii() else backtracking(text)

    def _backtracking_answer(self, use: Use) -> Callable[[str], bool]:
        compiled = self._backtracking
        find = compiled.fullmatch if use is Use.FULL_MATCH else compiled.search
        pattern = self.pattern

        def answer(text: str) -> bool:
            try:
                return find(text, timeout=TIMEOUT_S) is not None
            except TimeoutError:
                raise RegexTimeout(pattern) from None

        return answer

    @cached_property
    def _backtracking(self) -> "regex.Pattern[str]":
        try:
            return regex.compile(write_backtracking(self._root), regex.VERSION0)
        except (regex.error, RecursionError) as error:
            raise _refused(self.pattern, str(error)) from error


def linear_answer(written: str, *, is_full: bool, source: str) -> Callable[[str], bool]:
    """A test against a pattern in RE2's own syntax. Raises RegexError."""
    compiled = _compiled(written, source)
    if compiled.programsize > _SMALL_PROGRAM:
        find = compiled.fullmatch if is_full else compiled.search
        return lambda text: find(_encodable(text)) is not None
    one = re2.Set.FullMatchSet(_options()) if is_full else re2.Set.SearchSet(_options())
    one.Add(written)
    one.Compile()
    match = one.Match

    def answer(text: str) -> bool:
        try:
            return match(text) is not None
        except UnicodeEncodeError:
            return match(_encodable(text)) is not None

    return answer


def compile_java_regex(pattern: str) -> JavaRegex:
    """The pattern, ready to run. Raises RegexError."""
    return JavaRegex(pattern)


def _options() -> re2.Options:
    options = re2.Options()
    options.log_errors = False
    return options


def _compiled(written: str, source: str) -> "re2._Regexp[str]":
    try:
        return re2.compile(written, _options())
    except re2.error as error:
        raise _refused(source, error.args[0]) from error


def _refused(pattern: str, reason: object) -> RegexError:
    text = reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
    return RegexError(f"regular expression refused: {text}", pattern, 0, len(pattern))


def _each_once(found: Iterator[Any]) -> Iterator[Any]:
    """google-re2 reports an empty match twice when it does not lie where the search began."""
    last = None
    for match in found:
        if match.span() != last:
            yield match
        last = match.span()


def _each_by_backtracking(compiled: Any, text: str, pattern: str) -> Iterator[Any]:
    """As Java's find(): after an empty match the next one starts at least one character further on."""
    found = compiled.finditer(text, timeout=TIMEOUT_S)
    empty_at = -1
    restarts = 0
    while (match := next(found, None)) is not None:
        if match.start() == empty_at:
            restarts += 1
            if restarts > _MOST_RESTARTS:
                raise RegexTimeout(pattern)
            found = compiled.finditer(text, empty_at + 1, timeout=TIMEOUT_S)
            empty_at = -1
            continue
        yield match
        empty_at = match.start() if match.start() == match.end() else -1


def _encodable(text: str) -> str:
    """The text with lone surrogates, which UTF-8 cannot say, as U+FFFD."""
    return text.encode("utf-8", "replace").decode("utf-8") if not text.isascii() else text
