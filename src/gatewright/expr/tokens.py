"""The tokens of a condition. Which words are operators depends on where they stand: the parser decides."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from gatewright.expr.errors import ConditionError, UnterminatedError


class Kind(Enum):
    OPEN = "("
    CLOSE = ")"
    SYMBOL = "operator"
    WORD = "word"
    NUMBER = "number"
    STRING = "string"
    QUOTED_NAME = "name in single quotes"
    END = "end of the condition"


@dataclass(frozen=True, slots=True)
class Token:
    """`text` is what it says: a string without its quotes, a number as written."""

    kind: Kind
    text: str
    start: int
    end: int


_SYMBOLS = ("&&", "||", ":=", "=|", "==", "!=", ">=", "<=", "~~", "~/", "/~", "=", "!", ">", "<", "~")
_BLANK = re.compile(r"\s+")
_WORD = re.compile(r"[^\W\d][\w.$#@-]*")
_NUMBER = re.compile(r"[-+]?(?:\d|\.\d)[\w.]*")
_IS_NUMBER = re.compile(r"[-+]?(?:[0-9]{1,40}(?:\.[0-9]{1,100})?|\.[0-9]{1,100})[fFdDlL]?")
_RESERVED = frozenset({"and", "or", "not", "true", "false", "null"})


def is_plain_name(name: str) -> bool:
    """Whether a variable of that name may be written without quotes."""
    return _WORD.fullmatch(name) is not None and name.lower() not in _RESERVED


def tokens(text: str) -> Iterator[Token]:
    """The tokens of `text`, an END last. Raises ConditionError."""
    at = 0
    while at < len(text):
        blank = _BLANK.match(text, at)
        if blank is not None:
            at = blank.end()
            continue
        token = _token(text, at)
        yield token
        at = token.end
    yield Token(Kind.END, "", len(text), len(text))


def _token(text: str, at: int) -> Token:
    char = text[at]
    if char in "()":
        return Token(Kind.OPEN if char == "(" else Kind.CLOSE, char, at, at + 1)
    if char in "\"'":
        return _quoted(text, at)
    if number := _NUMBER.match(text, at):
        if not _IS_NUMBER.fullmatch(number[0]):
            raise ConditionError(f"not a number: {number[0]}", text, at, number.end())
        return Token(Kind.NUMBER, number[0], at, number.end())
    if word := _WORD.match(text, at):
        return Token(Kind.WORD, word[0], at, word.end())
    for symbol in _SYMBOLS:
        if text.startswith(symbol, at):
            return Token(Kind.SYMBOL, symbol, at, at + len(symbol))
    raise ConditionError(_unexpected(char), text, at, at + 1)


def _quoted(text: str, at: int) -> Token:
    quote = text[at]
    end = text.find(quote, at + 1)
    if end < 0:
        raise UnterminatedError(f"missing closing {quote}", text, at, len(text))
    kind = Kind.STRING if quote == '"' else Kind.QUOTED_NAME
    return Token(kind, text[at + 1 : end], at, end + 1)


def _unexpected(char: str) -> str:
    if char in "{}":
        return "a condition names variables without braces"
    if char in "&|":
        return f"unexpected {char}; did you mean {char}{char}?"
    return f"unexpected {char}"
