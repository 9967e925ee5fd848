"""Reads java.util.regex syntax (docs.oracle.com/javase/8/docs/api/java/util/regex/Pattern.html).

What Java refuses is refused, and so is the little that cannot be run with Java's meaning, each with its
place.
"""

from dataclasses import replace

from gatewright.expr.errors import RegexError
from gatewright.expr.regex.charset import CharSet, ignoring_case
from gatewright.expr.regex.classes import ClassReader
from gatewright.expr.regex.escapes import Escape, read_escape
from gatewright.expr.regex.flags import LETTERS, Flags
from gatewright.expr.regex.syntax import (
    LINE_TERMINATORS,
    Alternatives,
    At,
    BackReference,
    Capture,
    Grapheme,
    Group,
    GroupKind,
    Mode,
    Node,
    One,
    Place,
    Repeat,
    Sequence,
    weight,
)
from gatewright.expr.scanner import Scanner

MAX_LENGTH = 10_000
MAX_DEPTH = 100
MAX_REPEAT = 100_000
MAX_WEIGHT = 200_000
"""Elements once repetitions are written out, which is what an engine may do."""

_OPENINGS = {
    ":": GroupKind.PLAIN,
    ">": GroupKind.ATOMIC,
    "=": GroupKind.AHEAD,
    "!": GroupKind.NOT_AHEAD,
    "<=": GroupKind.BEHIND,
    "<!": GroupKind.NOT_BEHIND,
}
_PLACES = {
    "A": At.INPUT_START,
    "z": At.INPUT_END,
    "Z": At.FINAL_END,
    "b": At.WORD_BOUNDARY,
    "B": At.NO_WORD_BOUNDARY,
    "G": At.MATCH_END,
}


def read_regex(pattern: str) -> Node:
    """The tree of a pattern. Raises RegexError."""
    if len(pattern) > MAX_LENGTH:
        raise RegexError(f"regular expression longer than {MAX_LENGTH} characters", pattern, 0, 0)
    return _Reader(pattern).whole()


class _Reader:
    """One pass over one pattern, by recursive descent."""

    def __init__(self, pattern: str) -> None:
        self._scan = Scanner(pattern, RegexError)
        self._flags = Flags()
        self._captures = 0
        self._names: set[str] = set()
        self._references_ahead: list[tuple[int, int]] = []
        self._depth = 0

    def whole(self) -> Node:
        root = self._alternatives()
        if not self._scan.at_end:
            raise self._scan.error("unmatched closing parenthesis")
        if weight(root) > MAX_WEIGHT:
            raise self._scan.error("repetitions in repetitions multiply to too many", 0)
        for number, start in self._references_ahead:
            if number <= self._captures:
                raise self._scan.error(f"a reference to group {number} before it is not supported", start)
        return root

    def _alternatives(self) -> Node:
        """Up to the end or an unmatched `)`. Flags set inside end with it."""
        flags = self._flags
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise self._scan.error(f"groups nested deeper than {MAX_DEPTH}")
        branches = [self._sequence()]
        while self._scan.take("|"):
            branches.append(self._sequence())
        self._depth -= 1
        self._flags = flags
        return branches[0] if len(branches) == 1 else Alternatives(tuple(branches))

    def _sequence(self) -> Node:
        parts: list[Node] = []
        while True:
            self._skip_comments()
            if self._scan.at_end or self._scan.peek in "|)":
                break
            if self._scan.take("\\Q"):
                parts.extend(self._quoted())
                continue
            node = self._atom()
            if node is not None:
                parts.append(node)
        return parts[0] if len(parts) == 1 else Sequence(tuple(parts))

    def _quoted(self) -> list[Node]:
        """`\\Q…\\E`; a quantifier after it repeats the last character."""
        nodes: list[Node] = [
            One(self._cased(ord(char))) for char in self._scan.until("\\E", may_be_absent=True)
        ]
        if nodes:
            nodes[-1] = self._quantified(nodes[-1])
        return nodes

    def _atom(self) -> Node | None:
        """The next element with its quantifiers, or None for a flag setting such as `(?i)`."""
        start = self._scan.position
        char = self._scan.next()
        if char == "(":
            node = self._group(start)
            return None if node is None else self._quantified(node)
        if char in "*+?":
            raise self._scan.error(f"nothing to repeat before {char}", start)
        if char == "{":
            self._repeat_nothing(start)
            return None
        return self._quantified(self._single(char, start))

    def _repeat_nothing(self, start: int) -> None:
        """`{2}` with nothing to repeat before it, as in `a{1}{2}`: Java takes it for nothing."""
        if not self._scan.peek.isdecimal():
            raise self._scan.error("{ needs a backslash unless it counts repetitions", start)
        self._scan.position = start
        self._quantified(_NOTHING)

    def _single(self, char: str, start: int) -> Node:
        if char == "[":
            return One(ClassReader(self._scan, self._fold, skips_blanks=self._flags.comments).read())
        if char == ".":
            return One(self._dot())
        if char == "^":
            return Place(At.LINE_START if self._flags.multiline else At.INPUT_START)
        if char == "$":
            return Place(At.LINE_END if self._flags.multiline else At.FINAL_END)
        if char == "\\":
            return self._escape(start)
        return One(self._cased(ord(char)))

    def _escape(self, start: int) -> Node:
        if self._scan.at_end:
            raise self._scan.error("a backslash ends the pattern", start)
        if self._scan.peek in _PLACES:
            place = _PLACES[self._scan.next()]
            if place is At.WORD_BOUNDARY and self._scan.take("{g}"):
                raise self._scan.error("\\b{g} is not supported", start)
            return Place(place)
        if self._scan.take("X"):
            return Grapheme()
        if self._scan.take("R"):
            return _LINE_BREAK
        if self._scan.take("k"):
            return self._named_reference(start)
        if self._scan.peek in "123456789":
            return self._numbered_reference(start)
        escape: Escape = read_escape(self._scan, start)
        return One(self._cased(escape) if isinstance(escape, int) else self._fold(escape))

    def _named_reference(self, start: int) -> Node:
        if not self._scan.take("<"):
            raise self._scan.error("\\k needs a group's name in <>", start)
        name = self._scan.until(">")
        if name not in self._names:
            raise self._scan.error(f"no group named {name} before it", start)
        return BackReference(name, self._flags.ignores_case)

    def _numbered_reference(self, start: int) -> Node:
        """As many digits as still name a group; the rest are characters."""
        number = int(self._scan.next())
        while self._scan.peek.isdecimal() and number * 10 + int(self._scan.peek) <= self._captures:
            number = number * 10 + int(self._scan.next())
        if number > self._captures:
            self._references_ahead.append((number, start))
            return One(CharSet())  # as in Java, a reference to a group that does not exist never matches
        return BackReference(number, self._flags.ignores_case)

    def _group(self, start: int) -> Node | None:
        if not self._scan.take("?"):
            return self._capture(start, None)
        for opening, kind in _OPENINGS.items():
            if self._scan.take(opening):
                return Group(kind, self._body(start))
        if self._scan.take("<"):
            return self._capture(start, self._name(start))
        return self._flag_group(start)

    def _name(self, start: int) -> str:
        name = self._scan.until(">")
        if not (name.isascii() and name.isalnum() and name[0].isalpha()):
            raise self._scan.error(f"not a name for a group: {name}", start)
        if name in self._names:
            raise self._scan.error(f"two groups named {name}", start)
        self._names.add(name)
        return name

    def _capture(self, start: int, name: str | None) -> Node:
        self._captures += 1
        number = self._captures
        return Capture(self._body(start), number, name)

    def _body(self, start: int) -> Node:
        body = self._alternatives()
        if not self._scan.take(")"):
            raise self._scan.error("missing closing parenthesis", start)
        return body

    def _flag_group(self, start: int) -> Node | None:
        """`(?i)` changes the flags to the end of the group around it, `(?i:…)` only inside."""
        flags = self._flags
        value = True
        while self._scan.peek not in (":", ")", ""):
            char = self._scan.next()
            if char == "-":
                value = False
            elif char in LETTERS:
                flags = replace(flags, **{LETTERS[char]: value})
            else:
                raise self._scan.error(f"unknown or unsupported flag {char}", start)
        if self._scan.take(")"):
            self._flags = flags
            return None
        if not self._scan.take(":"):
            raise self._scan.error("missing closing parenthesis", start)
        outer, self._flags = self._flags, flags
        body = self._body(start)
        self._flags = outer
        return Group(GroupKind.PLAIN, body)

    def _quantified(self, node: Node) -> Node:
        self._skip_comments()
        start = self._scan.position
        bounds = self._bounds(start)
        if bounds is None:
            return node
        mode = Mode.GREEDY
        if self._scan.take("?"):
            mode = Mode.LAZY
        elif self._scan.take("+"):
            mode = Mode.POSSESSIVE
        if self._scan.peek in ("*", "+", "?"):
            raise self._scan.error("nothing to repeat", self._scan.position)
        return Repeat(node, *bounds, mode)

    def _bounds(self, start: int) -> tuple[int, int | None] | None:
        if self._scan.take("*"):
            return 0, None
        if self._scan.take("+"):
            return 1, None
        if self._scan.take("?"):
            return 0, 1
        if not self._scan.take("{"):
            return None
        least, comma, most = self._scan.until("}").partition(",")
        if not _is_count(least) or (most != "" and not _is_count(most)):
            raise self._scan.error("repetitions are counted as {n}, {n,} or {n,m}", start)
        upper = (int(most) if most else None) if comma else int(least)
        if int(least) > MAX_REPEAT or (upper is not None and not int(least) <= upper <= MAX_REPEAT):
            raise self._scan.error("repetitions out of range", start)
        return int(least), upper

    def _dot(self) -> CharSet:
        if self._flags.dot_matches_all:
            return CharSet(is_negated=True)
        return _NEWLINE if self._flags.unix_lines else LINE_TERMINATORS.negated()

    def _cased(self, code: int) -> CharSet:
        return self._fold(CharSet(((code, code),)))

    def _fold(self, chars: CharSet) -> CharSet:
        if not self._flags.ignores_case:
            return chars
        return ignoring_case(chars, unicode=self._flags.unicode_case)

    def _skip_comments(self) -> None:
        if not self._flags.comments:
            return
        while not self._scan.at_end and (self._scan.peek in " \t\n\x0b\f\r#"):
            if self._scan.next() == "#":
                self._scan.until("\n", may_be_absent=True)


_NOTHING = Sequence(())
_NEWLINE = CharSet(((10, 10),), is_negated=True)
_LINE_BREAK = Group(
    GroupKind.PLAIN,
    Alternatives(
        (
            Sequence((One(CharSet(((13, 13),))), One(CharSet(((10, 10),))))),
            One(CharSet(((10, 13), (0x85, 0x85), (0x2028, 0x2029)))),
        )
    ),
)


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 9
