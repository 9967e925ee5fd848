"""The values that a bundle's XML holds, and how each is read from text."""

import re
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from gatewright.bundle.source import NOWHERE, Source

T = TypeVar("T")

_INTEGER = re.compile(r"[+-]?[0-9]{1,19}")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_BOOLEANS = {"true": True, "false": False, "1": True, "0": False}


@dataclass(frozen=True, slots=True)
class Ref(Generic[T]):
    """A value that a flow variable may give: the variable `ref` wins, the literal `value` is the fallback.

    Apigee's propertyBean: `<Interval ref="request.header.period">1</Interval>`. Either part may be None;
    when both are, the element was empty.
    """

    value: T | None = None
    ref: str | None = None
    type: str | None = None
    """The `type` attribute, which only a few elements give a meaning."""
    source: Source = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class _Text:
    """An element's text that code reads further. Compared by the text alone, and with its own kind only."""

    text: str
    source: Source = field(default=NOWHERE, compare=False, repr=False)
    indent: int = field(default=0, compare=False, repr=False)

    def __str__(self) -> str:
        return self.text

    def at(self, offset: int) -> Source:
        """The place in the file of one of the text's characters."""
        return self.source.within_text(self.indent + offset)


@dataclass(frozen=True, slots=True)
class TemplateText(_Text):
    """Text in which `{variable}` stands for a flow variable's value."""


@dataclass(frozen=True, slots=True)
class ConditionText(_Text):
    """A condition as it is written, without the space around it."""


@dataclass(frozen=True, slots=True)
class ResourceUrl(_Text):
    """The address of a resource file: `jsc://folder/file.js`."""

    @property
    def scheme(self) -> str:
        """The resource's type, such as `jsc`; "" when the text is no resource URL."""
        return self.text.partition("://")[0] if "://" in self.text else ""


def read_integer(text: str) -> int:
    """A whole number of at most 64 bits, give or take. Raises ValueError."""
    if _INTEGER.fullmatch(text) is None:
        raise ValueError(text)
    return int(text)


def read_number(text: str) -> float:
    """A decimal number; no NaN and no infinity. Raises ValueError."""
    if _NUMBER.fullmatch(text) is None:
        raise ValueError(text)
    return float(text)


def read_boolean(text: str) -> bool:
    """`true` or `false` in any case, or 1 or 0 as XML Schema has it. Raises ValueError."""
    found = _BOOLEANS.get(text.lower())
    if found is None:
        raise ValueError(text)
    return found
