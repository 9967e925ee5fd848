"""MatchesPath patterns: globs over the elements of a path.

`*` is one element, `**` any number of them, `{name}` one element, and `%` makes a special character after it
literal. `*` inside an element (`/cat*`) stands for any characters of that element, and `**` beside other text
(`/music**`) for any characters at all, as the published bundles that write it mean.
Source: docs.apigee.com/api-platform/reference/conditions-reference,
docs.apigee.com/api-platform/fundamentals/pattern-matching-conditional-statements.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum

from gatewright.expr.regex import linear_answer


class Wild(Enum):
    """A wildcard, as the regular expression that says what it stands for."""

    ELEMENT = "[^/]+"
    IN_ELEMENT = "[^/]*"
    ANYTHING = ".*"
    ELEMENTS_BEFORE = "(?:.*/)?"
    ELEMENTS_AFTER = "(?:/.*)?"


@dataclass(frozen=True)
class PathPattern:
    """Literal text and wildcards in turn, no two texts side by side. Every text is a pattern."""

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
        """The pattern in RE2's syntax."""
        return "".join(part.value if isinstance(part, Wild) else _quoted(part) for part in self.parts)


def parse_path(pattern: str) -> PathPattern:
    if pattern == "**":
        return PathPattern((Wild.ANYTHING,))
    elements = pattern.split("/")
    parts: list[str | Wild] = []
    for i, element in enumerate(elements):
        if element == "**":
            parts.append(Wild.ELEMENTS_BEFORE if i == 0 else Wild.ELEMENTS_AFTER)
            continue
        if i > 0 and not (i == 1 and elements[0] == "**"):
            parts.append("/")
        parts.extend(_element(element))
    return PathPattern(tuple(_joined(parts)))


def compile_path(pattern: str) -> Callable[[str], bool]:
    """Whether a path matches: as a whole, and with regard to case."""
    parsed = parse_path(pattern)
    match parsed.parts:
        case ():
            return "".__eq__
        case (str(text),):
            return text.__eq__
        case (Wild.ANYTHING,):
            return _always
        case (Wild.ELEMENTS_AFTER,):
            return _below("")
        case (str(prefix), Wild.ELEMENTS_AFTER):
            return _below(prefix)
        case (str(prefix), Wild.ANYTHING):
            return _starting(prefix)
        case _:
            return _by_expression(parsed)


def _always(_: str) -> bool:
    return True


def _below(prefix: str) -> Callable[[str], bool]:
    folder = prefix + "/"
    return lambda path: path == prefix or path.startswith(folder)


def _starting(prefix: str) -> Callable[[str], bool]:
    return lambda path: path.startswith(prefix)


def _by_expression(parsed: PathPattern) -> Callable[[str], bool]:
    """By `re` where no two ways to match can compete, which makes it linear and fastest; else by RE2."""
    if all(part is Wild.ELEMENT or (isinstance(part, str) and "/" in part) for part in parsed.parts):
        fullmatch = re.compile(parsed.expression).fullmatch
        return lambda path: fullmatch(path) is not None
    return linear_answer(f"(?s){parsed.expression}", is_full=True, source=parsed.expression)


def _element(element: str) -> Iterator[str | Wild]:
    """What one element says. `{name}` and `*` alone are a whole element, which is never empty."""
    if element == "*":
        yield Wild.ELEMENT
        return
    at = 0
    while at < len(element):
        char = element[at]
        if char == "%" and element[at + 1 : at + 2] in tuple("%*{}"):
            yield element[at + 1]
            at += 2
        elif char == "*":
            is_double = element.startswith("**", at)
            yield Wild.ANYTHING if is_double else Wild.IN_ELEMENT
            at += 2 if is_double else 1
        elif char == "{" and "}" in element[at:]:
            yield Wild.ELEMENT
            at = element.index("}", at) + 1
        else:
            yield char
            at += 1


def _joined(parts: list[str | Wild]) -> Iterator[str | Wild]:
    text = ""
    for part in parts:
        if isinstance(part, str):
            text += part
            continue
        if text:
            yield text
            text = ""
        yield part
    if text:
        yield text


def _quoted(text: str) -> str:
    return "".join(f"\\{char}" if char in "\\.[]{}()*+?^$|" else char for char in text)
