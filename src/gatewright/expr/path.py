"""MatchesPath patterns: globs in which `*` stops at a slash.

`*` and `{name}` stand for any characters of one path element, none included (`/items/*` matches `/items/`),
`**` for any characters at all, and `%` makes a special character after it literal. Everything else is
literal, slashes too, so `/a/**` does not match `/a`.
Sources: docs.apigee.com/api-platform/reference/conditions-reference (Path expressions),
docs.apigee.com/api-platform/fundamentals/pattern-matching-conditional-statements,
stackoverflow.com/questions/21228086 (what `/**/x/**` was seen not to match).
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum

from gatewright.expr.regex import linear_answer


class Wild(Enum):
    """A wildcard, as the regular expression that says what it stands for."""

    ELEMENT = "[^/]*"
    ANYTHING = ".*"


@dataclass(frozen=True)
class PathPattern:
    """Literal texts and wildcards in turn, no two texts side by side. Every text is a pattern."""

    parts: tuple[str | Wild, ...]

    @property
    def literal(self) -> str | None:
        """The one path that matches, or None when there is a wildcard."""
        match self.parts:
            case ():
                return ""
            case (str(text),):
                return text
            case _:
                return None

    @property
    def expression(self) -> str:
        """The pattern as a regular expression that `re` and RE2 read alike."""
        return "".join(part.value if isinstance(part, Wild) else _quoted(part) for part in self.parts)


def parse_path(pattern: str) -> PathPattern:
    parts: list[str | Wild] = []
    for piece in _pieces(pattern):
        if isinstance(piece, str) and parts and isinstance(last := parts[-1], str):
            parts[-1] = last + piece
        else:
            parts.append(piece)
    return PathPattern(tuple(parts))


def compile_path(pattern: str) -> Callable[[str], bool]:
    """Whether a path matches: as a whole, and with regard to case."""
    parsed = parse_path(pattern)
    literal = parsed.literal
    if literal is not None:
        return literal.__eq__
    match parsed.parts:
        case (Wild.ANYTHING,):
            return _always
        case (str(prefix), Wild.ANYTHING):
            return _starting(prefix)
        case _:
            return _by_expression(parsed)


def _always(_: str) -> bool:
    return True


def _starting(prefix: str) -> Callable[[str], bool]:
    return lambda path: path.startswith(prefix)


def _by_expression(parsed: PathPattern) -> Callable[[str], bool]:
    """By `re` where no two ways to match can compete, which makes it linear and fastest; else by RE2."""
    if all(part is Wild.ELEMENT or (isinstance(part, str) and "/" in part) for part in parsed.parts):
        fullmatch = re.compile(parsed.expression).fullmatch
        return lambda path: fullmatch(path) is not None
    return linear_answer(f"(?s){parsed.expression}", is_full=True, source=parsed.expression)


def _pieces(pattern: str) -> Iterator[str | Wild]:
    at = 0
    while at < len(pattern):
        char = pattern[at]
        if char == "%" and pattern[at + 1 : at + 2] in tuple("%*{}"):
            yield pattern[at + 1]
            at += 2
        elif char == "*":
            is_double = pattern.startswith("**", at)
            yield Wild.ANYTHING if is_double else Wild.ELEMENT
            at += 2 if is_double else 1
        elif (closing := _closing(pattern, at)) is not None:
            yield Wild.ELEMENT
            at = closing + 1
        else:
            yield char
            at += 1


def _closing(pattern: str, at: int) -> int | None:
    """Where the `}` of a `{name}` is that begins there; a name holds no slash."""
    if pattern[at] != "{":
        return None
    closing = pattern.find("}", at)
    return None if closing < 0 or "/" in pattern[at:closing] else closing


def _quoted(text: str) -> str:
    return "".join(f"\\{char}" if char in "\\.[]{}()*+?^$|" else char for char in text)
