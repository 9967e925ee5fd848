"""Matches (`~`, Like) patterns: `*` stands for any characters, slashes included; `%` makes it literal.

Source: docs.apigee.com/api-platform/reference/conditions-reference.
"""

from collections.abc import Callable


def compile_glob(pattern: str) -> Callable[[str], bool]:
    """Whether a text matches: as a whole, and with regard to case. Time grows with the text, not faster."""
    pieces = glob_pieces(pattern)
    first, last = pieces[0], pieces[-1]
    if len(pieces) == 1:
        return first.__eq__
    middle = [piece for piece in pieces[1:-1] if piece]
    if not middle:
        return _around(first, last)
    shortest = len(first) + len(last)

    def matches(text: str) -> bool:
        if len(text) < shortest or not (text.startswith(first) and text.endswith(last)):
            return False
        at, end = len(first), len(text) - len(last)
        for piece in middle:
            at = text.find(piece, at, end)
            if at < 0:
                return False
            at += len(piece)
        return True

    return matches


def glob_pieces(pattern: str) -> list[str]:
    """The literal texts between the stars; one piece more than there are stars."""
    pieces = [""]
    at = 0
    while at < len(pattern):
        char = pattern[at]
        if char == "%" and pattern[at + 1 : at + 2] in tuple("%*{}"):
            pieces[-1] += pattern[at + 1]
            at += 2
            continue
        if char == "*":
            pieces.append("")
        else:
            pieces[-1] += char
        at += 1
    return pieces


def _around(first: str, last: str) -> Callable[[str], bool]:
    if not last:
        return lambda text: text.startswith(first)
    shortest = len(first) + len(last)
    return lambda text: len(text) >= shortest and text.startswith(first) and text.endswith(last)
