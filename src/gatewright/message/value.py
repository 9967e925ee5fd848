"""What a flow variable can hold, and its text form."""

from typing import TypeAlias

from gatewright.message.message import Message

Value: TypeAlias = str | int | float | bool | list[str] | Message | None
"""Apigee's String, Integer/Long, Float/Double, Boolean, collection and message; None is null."""


def is_surrogate(character: str) -> bool:
    """Half of a pair, which JSON can spell and no encoding can write (Unicode §3.9)."""
    return "\ud800" <= character <= "\udfff"


def text_of(value: Value) -> str:
    """The value as Apigee prints it: null is empty, booleans are lower-case, a message is its body."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Message):
        return value.text
    if isinstance(value, list):
        return "[" + ", ".join(value) + "]"
    return str(value)
