"""Updates as Edge does them: some take the body for the whole record, some for what is to change."""

from collections.abc import Iterable

import msgspec

from gatewright.management.wire import Fields, Struct, as_struct

STAMPS = ("createdAt", "createdBy", "lastModifiedAt", "lastModifiedBy")


def replaced(was: Struct, fields: Fields, kept: Iterable[str]) -> Struct:
    """The record that the body describes: what it leaves out is gone. Raises BadBody.

    The fields in `kept`, by their wire names, and the stamps stay as they were.
    """
    own = msgspec.to_builtins(was)
    stay = {name: own[name] for name in (*kept, *STAMPS) if name in own}
    return as_struct({**fields, **stay}, type(was))


def merged(was: Struct, fields: Fields) -> Struct:
    """The record with the given fields in place of its own; the name stays. Raises BadBody."""
    own = msgspec.to_builtins(was)
    return as_struct({**own, **fields, "name": own["name"]}, type(was))
