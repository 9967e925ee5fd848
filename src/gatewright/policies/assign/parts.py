"""Parts of messages by name: `X` is every value of that name, `X.2` the second one."""

import re
from dataclasses import dataclass

from gatewright.message import Headers, Parameters
from gatewright.policies.assign.elements import Named

_INDEXED = re.compile(r"(.+)\.(-?[0-9]{1,9})")


@dataclass(frozen=True, slots=True)
class Part:
    """The name of a header field or parameter; `number` counts its values from 1, None means all."""

    name: str
    number: int | None = None


def parts_of(items: tuple[Named, ...]) -> tuple[Part, ...]:
    """What the items name, without those that say false."""
    return tuple(read_part(item.name) for item in items if item.is_wanted)


def read_part(name: str) -> Part:
    found = _INDEXED.fullmatch(name)
    return Part(name) if found is None else Part(found[1], int(found[2]))


def copy_field(part: Part, source: Headers, target: Headers) -> None:
    """Copy a header field in place of the target's; a missing one changes nothing."""
    values = source.get_all(part.name)
    if part.number is not None:
        values = _nth(_split(values), part.number)
    if values:
        target.remove(part.name)
        for value in values:
            target.add(part.name, value)


def copy_fields(source: Headers, target: Headers) -> None:
    """Copy every header field in place of the target's of the same names."""
    target.discard(frozenset(name.lower() for name, _ in source))
    for field in source:
        target.append(field)


def remove_field(part: Part, headers: Headers) -> None:
    if part.number is None:
        headers.remove(part.name)
        return
    fields = headers.get_all(part.name)
    values = _split(fields)
    if len(values) == len(fields):
        headers.remove_nth(part.name, part.number)
    elif 1 <= part.number <= len(values):
        del values[part.number - 1]
        headers.set(part.name, ", ".join(values))


def copy_parameter(part: Part, source: Parameters, target: Parameters) -> None:
    """Copy a parameter in place of the target's; a missing one changes nothing."""
    values = source.get_all(part.name)
    if part.number is not None:
        values = _nth(values, part.number)
    if values:
        target.remove(part.name)
        for value in values:
            target.add(part.name, value)


def copy_parameters(source: Parameters, target: Parameters) -> None:
    """Copy every parameter in place of the target's of the same names."""
    for name in source.names():
        target.remove(name)
    for name, value in source:
        target.add(name, value)


def remove_parameter(part: Part, parameters: Parameters) -> None:
    if part.number is None:
        parameters.remove(part.name)
    else:
        parameters.remove_nth(part.name, part.number)


def _split(fields: list[str]) -> list[str]:
    """The values of a field that may stand on several lines or share one (RFC 9110 §5.3)."""
    return [value.strip() for field in fields for value in field.split(",")]


def _nth(values: list[str], number: int) -> list[str]:
    return values[number - 1 : number]
