"""Reads JSONPath as Jayway's implementation understands it, which is the one Apigee uses.

Source: github.com/json-path/JsonPath (README: operators, functions, filters). Also accepted, because
published bundles write it: a path without `$`, a dot before a bracket, `[(@.length-1)]`, and an index on a
filter's results.
"""

from gatewright.expr.errors import PathError
from gatewright.expr.jsonpath.predicates import BLANKS, PredicateReader, quoted
from gatewright.expr.jsonpath.syntax import (
    Descend,
    Filter,
    Function,
    Indexes,
    Names,
    Path,
    Pick,
    Selector,
    Simple,
    Slice,
    Wildcard,
)
from gatewright.expr.scanner import Scanner

MAX_LENGTH = 5_000
_FUNCTIONS = {function.value: function for function in Function}
_NAME_ENDS = frozenset(".[]( \t\r\n")
_NAME_ENDS_IN_PREDICATE = _NAME_ENDS | frozenset(")=!<>&|,~")


def read_jsonpath(text: str) -> Path:
    """The tree of a path. Raises PathError."""
    if len(text) > MAX_LENGTH:
        raise PathError(f"JSONPath longer than {MAX_LENGTH} characters", text, 0, 0)
    if not text.strip():
        raise PathError("the JSONPath is empty", text, 0, len(text))
    scan = Scanner(text, PathError)
    scan.skip(BLANKS)
    path = PathReader(scan).read()
    scan.skip(BLANKS)
    if not scan.at_end:
        raise scan.error("not part of a JSONPath")
    return path


class PathReader:
    """Reads one path that starts at the scanner's place; in a predicate it ends where an operand ends."""

    def __init__(self, scan: Scanner, *, is_in_predicate: bool = False, depth: int = 0) -> None:
        self._scan = scan
        self._ends = _NAME_ENDS_IN_PREDICATE if is_in_predicate else _NAME_ENDS
        self._depth = depth

    def read(self) -> Path:
        is_absolute = not self._scan.take("@")
        is_rooted = self._scan.take("$") if is_absolute else True
        selectors: list[Selector] = []
        if not is_rooted and self._scan.peek not in (".", "["):
            selectors.append(self._name())
        while True:
            if self._scan.take("[") or self._scan.take(".["):
                selectors.append(_picking(selectors, self._bracket()))
            elif self._scan.take(".."):
                selectors.append(Descend(self._bracket() if self._scan.take("[") else self._name()))
            elif self._scan.take("."):
                function = self._function()
                if function is not None:
                    return Path(is_absolute, tuple(selectors), function)
                selectors.append(self._name())
            else:
                return Path(is_absolute, tuple(selectors))

    def _name(self) -> Names | Wildcard:
        if self._scan.take("*"):
            return Wildcard()
        start = self._scan.position
        while not self._scan.at_end and self._scan.peek not in self._ends:
            self._scan.next()
        name = self._scan.text[start : self._scan.position]
        if not name:
            raise self._scan.error("expected a name")
        return Names((name,))

    def _function(self) -> Function | None:
        """`length()` and its like, which end the path."""
        for name, function in _FUNCTIONS.items():
            if self._scan.take(f"{name}()"):
                return function
        return None

    def _bracket(self) -> Simple:
        """The selector whose `[` was just read."""
        start = self._scan.position - 1
        self._scan.skip(BLANKS)
        selector = self._inside(start)
        self._scan.skip(BLANKS)
        if not self._scan.take("]"):
            raise self._scan.error("missing ]", start)
        return selector

    def _inside(self, start: int) -> Simple:
        scan = self._scan
        if scan.take("*"):
            return Wildcard()
        if scan.take("?"):
            return Filter(PredicateReader(scan, self._inner, self._depth).read())
        if scan.take("(@.length-"):
            back = self._integer()
            if back is None or not scan.take(")"):
                raise scan.error("only (@.length-n) may be computed", start)
            return Indexes((-back,))
        if scan.peek in ("'", '"'):
            names = [quoted(scan)]
            while self._comma():
                names.append(quoted(scan))
            return Names(tuple(names))
        return self._numbers(start)

    def _numbers(self, start: int) -> Indexes | Slice:
        first = self._integer()
        self._scan.skip(BLANKS)
        if self._scan.take(":"):
            self._scan.skip(BLANKS)
            return Slice(first, self._integer())
        if first is None:
            raise self._scan.error("expected a quoted name, an index, a slice, * or a filter", start)
        indexes = [first]
        while self._comma():
            index = self._integer()
            if index is None:
                raise self._scan.error("expected an index", start)
            indexes.append(index)
        return Indexes(tuple(indexes))

    def _comma(self) -> bool:
        self._scan.skip(BLANKS)
        is_there = self._scan.take(",")
        self._scan.skip(BLANKS)
        return is_there

    def _integer(self) -> int | None:
        start = self._scan.position
        self._scan.take("-")
        self._scan.skip("0123456789")
        digits = self._scan.text[start : self._scan.position]
        if digits in ("", "-") or len(digits) > 10:
            self._scan.position = start
            return None
        return int(digits)

    def _inner(self) -> Path:
        """A path in a predicate."""
        return PathReader(self._scan, is_in_predicate=True, depth=self._depth + 1).read()


def _picking(before: list[Selector], selector: Simple) -> Selector:
    """An index right after a filter picks one of the filter's results."""
    if before and isinstance(before[-1], Filter):
        match selector:
            case Indexes((index,)):
                return Pick(index)
    return selector
