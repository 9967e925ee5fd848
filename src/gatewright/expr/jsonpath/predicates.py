"""Reads what stands in `[?(…)]`: comparisons and existence tests, joined by `&&`, `||` and `!`."""

from collections.abc import Callable

from gatewright.expr.errors import PathError, RegexError
from gatewright.expr.jsonpath.syntax import (
    All,
    AnyOf,
    Compare,
    Comparison,
    Constant,
    Exists,
    Json,
    Not,
    Operand,
    Path,
    Predicate,
    Regex,
)
from gatewright.expr.numeric import number_of
from gatewright.expr.regex import compile_java_regex
from gatewright.expr.scanner import Scanner

BLANKS = " \t\r\n"
MAX_DEPTH = 20

_SYMBOLS = ("==", "!=", "<=", ">=", "=~", "<", ">")
_WORDS = tuple(comparison.value for comparison in Comparison if comparison.value.isalpha())
_NAMED: dict[str, Json] = {"true": True, "false": False, "null": None}


def quoted(scan: Scanner) -> str:
    """A string in single or double quotes; a backslash makes the character after it literal."""
    start = scan.position
    quote = scan.next()
    if quote not in "'\"":
        raise scan.error("expected a string in quotes", start)
    text = ""
    while (char := scan.next()) != quote:
        text += scan.next() if char == "\\" else char
    return text


class PredicateReader:
    """Reads one predicate. `path` reads a path that starts at the scanner's place."""

    def __init__(self, scan: Scanner, path: Callable[[], Path], depth: int) -> None:
        self._scan = scan
        self._path = path
        self._depth = depth

    def read(self) -> Predicate:
        """Raises PathError."""
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise self._scan.error(f"nested deeper than {MAX_DEPTH}")
        operands = [self._all()]
        while self._take("||"):
            operands.append(self._all())
        self._depth -= 1
        return operands[0] if len(operands) == 1 else AnyOf(tuple(operands))

    def _all(self) -> Predicate:
        operands = [self._one()]
        while self._take("&&"):
            operands.append(self._one())
        return operands[0] if len(operands) == 1 else All(tuple(operands))

    def _one(self) -> Predicate:
        start = self._scan.position
        if self._take("!"):
            self._depth += 1
            if self._depth > MAX_DEPTH:
                raise self._scan.error(f"nested deeper than {MAX_DEPTH}")
            inner = Not(self._one())
            self._depth -= 1
            return inner
        if self._take("("):
            inside = self.read()
            if not self._take(")"):
                raise self._scan.error("missing closing parenthesis", start)
            return inside
        return self._comparison()

    def _comparison(self) -> Predicate:
        start = self._scan.position
        left = self._operand()
        comparison = self._operator()
        if comparison is not None:
            return Compare(left, comparison, self._operand())
        if not isinstance(left, Path):
            raise self._scan.error("a literal alone is no predicate: compare it", start)
        return Exists(left)

    def _operator(self) -> Comparison | None:
        self._scan.skip(BLANKS)
        for symbol in _SYMBOLS:
            if self._scan.take(symbol):
                return Comparison(symbol)
        word = _word(self._scan)
        if word.lower() not in _WORDS:
            return None
        self._scan.take(word)
        return Comparison(word.lower())

    def _operand(self) -> Operand:
        self._scan.skip(BLANKS)
        if self._scan.peek in ("@", "$"):
            return self._path()
        if self._scan.take("/"):
            return self._regex()
        return Constant(self._constant())

    def _constant(self) -> Json:
        self._scan.skip(BLANKS)
        start = self._scan.position
        if self._scan.peek in ("'", '"'):
            return quoted(self._scan)
        if self._scan.take("["):
            return self._array(start)
        word = _word(self._scan)
        if word in _NAMED:
            self._scan.take(word)
            return _NAMED[word]
        return self._number()

    def _array(self, start: int) -> Json:
        items: list[Json] = []
        while not self._take("]"):
            if items and not self._take(","):
                raise self._scan.error("missing ]", start)
            items.append(self._constant())
        return items

    def _number(self) -> Json:
        start = self._scan.position
        while self._scan.peek.isalnum() or self._scan.peek in ("-", "+", "."):
            self._scan.next()
        value = number_of(self._scan.text[start : self._scan.position])
        if value is None:
            raise self._scan.error("expected a path, a string in quotes, a number or a word", start)
        return value

    def _regex(self) -> Regex:
        start = self._scan.position
        pattern = ""
        while (char := self._scan.next()) != "/":
            pattern += char + self._scan.next() if char == "\\" else char
        flags = _word(self._scan)
        self._scan.take(flags)
        try:
            return Regex(compile_java_regex(f"(?{flags}){pattern}" if flags else pattern))
        except RegexError as error:
            raise PathError(error.message, self._scan.text, start, self._scan.position) from error

    def _take(self, expected: str) -> bool:
        self._scan.skip(BLANKS)
        return self._scan.take(expected)


def _word(scan: Scanner) -> str:
    """The letters that come next, without stepping over them."""
    end = scan.position
    while end < len(scan.text) and scan.text[end].isalpha():
        end += 1
    return scan.text[scan.position : end]
