"""Character classes: `[a-z]`, `[^…]`, unions `[a[b-d]]` and intersections `[a-z&&[^m]]`."""

from collections.abc import Callable

from gatewright.expr.regex.charset import CharSet
from gatewright.expr.regex.escapes import Escape, read_escape
from gatewright.expr.scanner import Scanner

MAX_DEPTH = 20


class ClassReader:
    """Reads one class whose `[` was just read. `fold` adds other cases where the flags ask for it."""

    def __init__(
        self, scan: Scanner, fold: Callable[[CharSet], CharSet], *, skips_blanks: bool, depth: int = 0
    ) -> None:
        self._scan = scan
        self._fold = fold
        self._skips_blanks = skips_blanks
        self._depth = depth
        self._start = scan.position - 1

    def read(self) -> CharSet:
        """The set, up to and over the closing `]`. Raises RegexError."""
        if self._depth > MAX_DEPTH:
            raise self._scan.error(f"classes nested deeper than {MAX_DEPTH}", self._start)
        is_negated = self._scan.take("^")
        chars = self._operand()
        while self._scan.take("&&"):
            other = self._operand()
            if chars is None or other is None:
                chars = other if chars is None else chars  # Java takes a missing side as no restriction
            else:
                chars = self._known(chars.intersection(other))
        if not self._scan.take("]"):
            raise self._scan.error("missing ] of a class", self._start)
        if chars is None:
            raise self._scan.error("a class without characters", self._start)
        return chars.negated() if is_negated else chars

    def _operand(self) -> CharSet | None:
        """Everything up to `&&` or `]`; None when that is nothing.

        A `]` that comes first in the class is a character.
        """
        chars: CharSet | None = None
        start = self._scan.position
        is_start_of_class = self._scan.text[start - 1] in "[^"
        while not self._scan.at_end and not self._scan.text.startswith("&&", self._scan.position):
            if self._scan.peek == "]" and not (is_start_of_class and self._scan.position == start):
                break
            item = self._item()
            chars = item if chars is None else self._known(chars.union(item))
        return chars

    def _item(self) -> CharSet:
        start = self._scan.position
        if self._scan.take("["):
            inner = ClassReader(
                self._scan, self._fold, skips_blanks=self._skips_blanks, depth=self._depth + 1
            )
            return inner.read()
        if self._scan.take("\\Q"):
            codes = [ord(char) for char in self._scan.until("\\E", may_be_absent=True)]
            return self._fold(CharSet(tuple(sorted((code, code) for code in codes))))
        first = self._character(start)
        if self._skips_blanks and isinstance(first, int) and first in (9, 10, 11, 12, 13, 32):
            return CharSet()
        if isinstance(first, CharSet):
            return self._fold(first)
        return self._fold(CharSet(((first, self._range_end(first, start)),)))

    def _character(self, start: int) -> Escape:
        char = self._scan.next()
        return read_escape(self._scan, start) if char == "\\" else ord(char)

    def _range_end(self, first: int, start: int) -> int:
        """The end of the range that `first` begins: itself where no `-` and character follow."""
        scan = self._scan
        ahead = scan.text[scan.position + 1 : scan.position + 2]
        if scan.peek != "-" or ahead in ("", "]", "["):
            return first
        scan.next()
        last = self._character(scan.position)
        if isinstance(last, CharSet) or last < first:
            raise scan.error("not a range of characters", start)
        return last

    def _known(self, chars: CharSet | None) -> CharSet:
        if chars is None:
            raise self._scan.error("this combination with a Unicode property is not supported", self._start)
        return chars
