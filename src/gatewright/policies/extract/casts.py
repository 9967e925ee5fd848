"""Extracted values as the types that flow variables have (docs: ExtractVariables, `type`)."""

import math

from gatewright.expr.jsonpath import Json, json_text
from gatewright.message import Value
from gatewright.policies.extract.elements import ValueType

_INTEGERS = {"integer": 2**31, "long": 2**63}
_BOOLEANS = {"true": True, "false": False}


class CannotCast(ValueError):
    """The value is not of the type; `text` is the value as Edge prints it."""

    def __init__(self, text: str, wanted: str) -> None:
        super().__init__(f"{text!r} is no {wanted}")
        self.text = text


def cast_text(text: str, wanted: ValueType | None) -> Value:
    """A text as a value of that type. Raises CannotCast."""
    if wanted is None or wanted in ("string", "nodeset"):
        return text
    bare = text.strip()
    if wanted == "boolean":
        found = _BOOLEANS.get(bare.lower())
        if found is None:
            raise CannotCast(text, wanted)
        return found
    if wanted in _INTEGERS:
        return _integer(bare, wanted)
    return _decimal(bare, wanted)


def cast_json(value: Json, wanted: ValueType | None) -> Value:
    """A JSON value as a value of that type; objects and arrays are their JSON. Raises CannotCast."""
    if isinstance(value, bool) and wanted in ("boolean", None):
        return "true" if wanted is None and value else "false" if wanted is None else value
    if wanted in _INTEGERS and isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        value = int(value)
    return cast_text(json_text(value), wanted)


def _integer(text: str, wanted: ValueType) -> int:
    digits = text.lstrip("+-")
    if not digits.isascii() or not digits.isdigit() or len(digits) > 19 or len(text) - len(digits) > 1:
        raise CannotCast(text, wanted)
    number = int(text)
    if not -_INTEGERS[wanted] <= number < _INTEGERS[wanted]:
        raise CannotCast(text, wanted)
    return number


def _decimal(text: str, wanted: ValueType) -> float:
    try:
        number = float(text)
    except ValueError:
        raise CannotCast(text, wanted) from None
    if not math.isfinite(number) or "_" in text:
        raise CannotCast(text, wanted)
    return number
