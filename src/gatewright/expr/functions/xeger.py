"""Texts that a regular expression matches."""

from collections.abc import Callable
from random import Random
from typing import TypeAlias

from gatewright.expr.regex.charset import CharSet, of
from gatewright.expr.regex.syntax import (
    Alternatives,
    BackReference,
    Capture,
    Group,
    GroupKind,
    Node,
    One,
    Place,
    Repeat,
    Sequence,
)

Generator: TypeAlias = Callable[[Random], str]
Captured: TypeAlias = dict[int | str, str]
_Piece: TypeAlias = Callable[[Random, Captured], str]

MAX_LENGTH = 10_000
_MORE = 10
"""How many repetitions an open-ended quantifier adds at most."""

_PRINTABLE = CharSet(((0x20, 0x7E),))
_WORDLY = of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")


def generator(root: Node) -> Generator:
    """What makes texts that match. Raises ValueError for what it cannot make texts of, or too long ones."""
    if _longest(root) > MAX_LENGTH:
        raise ValueError(f"texts for it could be longer than {MAX_LENGTH} characters")
    piece = _piece(root)
    return lambda random: piece(random, {})


def _piece(node: Node) -> _Piece:
    match node:
        case One(chars):
            return _one(chars)
        case Place():
            return lambda _random, _captured: ""
        case Sequence(parts):
            pieces = [_piece(part) for part in parts]
            return lambda random, captured: "".join([piece(random, captured) for piece in pieces])
        case Alternatives(branches):
            choices = [_piece(branch) for branch in branches]
            return lambda random, captured: random.choice(choices)(random, captured)
        case Repeat(body, least, most):
            return _repeat(_piece(body), least, least + _MORE if most is None else most)
        case Group(GroupKind.PLAIN | GroupKind.ATOMIC, body):
            return _piece(body)
        case Capture():
            return _capture(node)
        case BackReference(group):
            return lambda _random, captured: captured.get(group, "")
        case _:
            raise ValueError("texts cannot be made for look-around or \\X")


def _one(chars: CharSet) -> _Piece:
    """One of its characters, by preference a letter or digit, else printable ASCII, else any."""
    if not chars.is_plain:
        raise ValueError("texts cannot be made for a Unicode property")
    chosen = CharSet()
    for preferred in (_WORDLY, _PRINTABLE, CharSet(is_negated=True)):
        chosen = chars.intersection(preferred) or CharSet()
        if chosen.ranges:
            break
    if not chosen.ranges:
        raise ValueError("a class without characters")
    codes = [range(first, last + 1) for first, last in chosen.ranges]
    sizes = [len(span) for span in codes]
    return lambda random, _: chr(random.choice(random.choices(codes, sizes)[0]))


def _repeat(piece: _Piece, least: int, most: int) -> _Piece:
    return lambda random, captured: "".join(
        [piece(random, captured) for _ in range(random.randint(least, most))]
    )


def _capture(node: Capture) -> _Piece:
    body = _piece(node.body)

    def piece(random: Random, captured: Captured) -> str:
        text = body(random, captured)
        captured[node.number] = text
        if node.name is not None:
            captured[node.name] = text
        return text

    return piece


def _longest(node: Node) -> int:
    match node:
        case Sequence(parts):
            return sum(_longest(part) for part in parts)
        case Alternatives(branches):
            return max(_longest(branch) for branch in branches)
        case Repeat(body, least, most):
            return _longest(body) * (least + _MORE if most is None else most)
        case Group(_, body) | Capture(body):
            return _longest(body)
        case _:
            return 1  # places too: what is repeated counts, whether it writes or not
