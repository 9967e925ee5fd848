"""Updates as Edge does them: the body is the whole record, and what it leaves out is gone."""

from collections.abc import Iterable

import msgspec

from gatewright.management.wire import Fields, Struct, as_struct

STAMPS = ("createdAt", "createdBy", "lastModifiedAt", "lastModifiedBy")


def replaced(was: Struct, fields: Fields, kept: Iterable[str]) -> Struct:
    """The record that the body describes; the fields in `kept`, and the stamps, stay as they were.

    Raises BadBody. Names are those of the wire.
    """
    own = msgspec.to_builtins(was)
    stay = {name: own[name] for name in (*kept, *STAMPS) if name in own}
    return as_struct({**fields, **stay}, type(was))
