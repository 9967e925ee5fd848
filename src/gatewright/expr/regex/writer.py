"""Writes a tree in the syntax that google-re2 and the regex module share, as far as each can run it."""

from enum import Enum

from gatewright.expr.regex.charset import LAST, CharSet
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
    walk,
)


class Use(Enum):
    """What the written pattern is for: RE2 can say `$` exactly only where nothing but the answer counts."""

    FULL_MATCH = "does it match the whole text"
    SEARCH = "does it occur in the text"
    SPANS = "where does it occur in the text"


_TERMINATOR = r"(?:\r\n|[\n\r\x85" + "\u2028\u2029])"
_LINEAR_PLACES = {
    At.INPUT_START: r"\A",
    At.INPUT_END: r"\z",
    At.WORD_BOUNDARY: r"\b",
    At.NO_WORD_BOUNDARY: r"\B",
}
_WORD = r"[_\p{L}\p{Nd}]"
_BACKTRACKING_PLACES = {
    At.INPUT_START: r"\A",
    At.WORD_BOUNDARY: f"(?:(?<={_WORD})(?!{_WORD})|(?<!{_WORD})(?={_WORD}))",
    At.NO_WORD_BOUNDARY: f"(?:(?<={_WORD})(?={_WORD})|(?<!{_WORD})(?!{_WORD}))",
    At.INPUT_END: r"\Z",
    At.FINAL_END: rf"(?={_TERMINATOR}?\Z)(?<!\r(?=\n))",
    At.LINE_START: "(?:\\A|(?<=[\n\x85\u2028\u2029])|(?<=\r)(?!\n))(?!\\Z)",
    At.LINE_END: rf"(?=\Z|{_TERMINATOR})(?<!\r(?=\n))",
    At.MATCH_END: r"\G",
}
_LINEAR_ENDS = {Use.FULL_MATCH: r"\z", Use.SEARCH: rf"{_TERMINATOR}?\z"}


def write_linear(root: Node, use: Use) -> str | None:
    """The pattern for RE2, or None when RE2 cannot run it with Java's meaning."""
    if not all(_is_linear(node) for node in walk(root)):
        return None
    if _has_final_end(root) and (use is Use.SPANS or not _ends_at_final_end(root)):
        return None
    return _Writer(is_linear=True, use=use).write(root)


def write_backtracking(root: Node) -> str:
    """The pattern for the regex module."""
    return _Writer(is_linear=False, use=Use.SPANS).write(root)


def _is_linear(node: Node) -> bool:
    match node:
        case Place(at):
            return at not in (At.LINE_START, At.LINE_END, At.MATCH_END)
        case Group(kind):
            return kind is GroupKind.PLAIN
        case Repeat(_, least, most, mode):
            return mode is not Mode.POSSESSIVE and max(least, most or 0) <= 1000
        case BackReference() | Grapheme():
            return False
        case _:
            return True


def _has_final_end(root: Node) -> bool:
    return any(node == Place(At.FINAL_END) for node in walk(root))


def _ends_at_final_end(root: Node) -> bool:
    """After a `$`, nothing can match a line terminator, so that `$` means the end of what is matched."""
    seen = False
    for node in walk(root):
        if node == Place(At.FINAL_END):
            seen = True
        is_repeated = isinstance(node, Repeat) and _has_final_end(node.body)
        is_after = seen and isinstance(node, One) and _holds_terminator(node.chars)
        if is_repeated or is_after:
            return False
    return True


def _holds_terminator(chars: CharSet) -> bool:
    if chars.properties:
        return True
    return any(first in chars or last in chars for first, last in LINE_TERMINATORS.ranges)


class _Writer:
    def __init__(self, *, is_linear: bool, use: Use) -> None:
        self._is_linear = is_linear
        self._use = use

    def write(self, node: Node) -> str:
        match node:
            case One(chars):
                return _one(chars)
            case Place(at):
                return self._place(at)
            case Sequence(parts):
                return "".join(self.write(part) for part in parts)
            case Alternatives(branches):
                return "|".join(self.write(branch) for branch in branches)
            case Repeat(body, least, most, mode):
                return self._repeated(body) + _count(least, most) + mode.value
            case Group(kind, body):
                return f"{kind.value}{self.write(body)})"
            case Capture(body, _, name):
                return f"({'' if name is None else f'?P<{name}>'}{self.write(body)})"
            case BackReference(group, ignores_case):
                return self._reference(group, ignores_case)
            case Grapheme():
                return r"\X"

    def _place(self, at: At) -> str:
        if not self._is_linear:
            return _BACKTRACKING_PLACES[at]
        return _LINEAR_ENDS[self._use] if at is At.FINAL_END else _LINEAR_PLACES[at]

    def _repeated(self, body: Node) -> str:
        written = self.write(body)
        is_single = isinstance(body, One | Group | Capture | Grapheme | BackReference)
        return written if is_single else f"(?:{written})"

    def _reference(self, group: int | str, ignores_case: bool) -> str:
        name = f"(?P={group})" if isinstance(group, str) else f"(?:\\{group})"
        return f"(?i:{name})" if ignores_case else name


def _count(least: int, most: int | None) -> str:
    match (least, most):
        case (0, None):
            return "*"
        case (1, None):
            return "+"
        case (0, 1):
            return "?"
        case (_, None):
            return f"{{{least},}}"
        case _:
            return f"{{{least}}}" if least == most else f"{{{least},{most}}}"


def _one(chars: CharSet) -> str:
    if chars.is_plain and not chars.is_negated and len(chars.ranges) == 1:
        first, last = chars.ranges[0]
        if first == last:
            return _escaped(first)
    if not chars.ranges and not chars.properties:
        return "(?s:.)" if chars.is_negated else f"[^{_span(0, LAST)}]"
    inside = "".join(_span(first, last) for first, last in chars.ranges)
    inside += "".join(f"\\{'P' if negated else 'p'}{{{name}}}" for name, negated in chars.properties)
    return f"[{'^' if chars.is_negated else ''}{inside}]"


def _span(first: int, last: int) -> str:
    if first == last:
        return _escaped(first)
    return f"{_escaped(first)}-{_escaped(last)}"


_SPECIAL = frozenset("\\.[]{}()*+?^$|-&~#")


def _escaped(code: int) -> str:
    char = chr(code)
    return f"\\{char}" if char in _SPECIAL else char
