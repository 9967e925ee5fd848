"""The kinds of values in a wire type: what a field may hold, and how lax input comes to fit it."""

import json
import types
import typing
from collections.abc import Mapping
from typing import Any, TypeAlias

import msgspec

Kind: TypeAlias = Any
"""A type as annotations have it: `str`, `tuple[Attribute, ...]`, `SSLInfo | UnsetType`."""


def fields_of(struct: type[msgspec.Struct]) -> dict[str, Kind]:
    """The kind of each field, by its name on the wire."""
    return {field.encode_name: field.type for field in msgspec.structs.fields(struct)}


def item_of(kind: Kind) -> Kind | None:
    """The kind of a list's items; None when the kind is no list."""
    return next((typing.get_args(arm)[0] for arm in _arms(kind) if _origin(arm) is tuple), None)


def struct_of(kind: Kind) -> type[msgspec.Struct] | None:
    """The struct that a field may hold; None when it holds none."""
    structs = (arm for arm in _arms(kind) if isinstance(arm, type) and issubclass(arm, msgspec.Struct))
    return next(structs, None)


def loosened(value: Any, kind: Kind) -> Any:
    """The value fitted to the kind where clients are lax; what still does not fit is msgspec's to refuse.

    Numbers and booleans become text where text is wanted, one item a list of it; a null counts as left out.
    Unknown fields are left aside.
    """
    item = item_of(kind)
    if item is not None:
        return [loosened(each, item) for each in (value if isinstance(value, list) else [value])]
    struct = struct_of(kind)
    if struct is not None and isinstance(value, Mapping):
        kinds = fields_of(struct)
        given = {name: each for name, each in value.items() if name in kinds and each is not None}
        return {name: loosened(each, kinds[name]) for name, each in given.items()}
    if isinstance(value, bool | int | float) and str in _arms(kind):
        return json.dumps(value)
    return value


def _arms(kind: Kind) -> tuple[Kind, ...]:
    origin = _origin(kind)
    if origin is typing.Annotated:
        return _arms(typing.get_args(kind)[0])
    if origin in (typing.Union, types.UnionType):
        return typing.get_args(kind)
    return (kind,)


def _origin(kind: Kind) -> Any:
    return typing.get_origin(kind)
