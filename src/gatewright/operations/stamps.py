"""Who made or changed a record, and when."""

from typing import TypeVar

from msgspec.structs import replace

from gatewright.entities import Stamped

S = TypeVar("S", bound=Stamped)


def created(entity: S, by: str, now_ms: int) -> S:
    """The entity stamped as new."""
    return replace(entity, created_at=now_ms, created_by=by, last_modified_at=now_ms, last_modified_by=by)


def modified(entity: S, was: Stamped, by: str, now_ms: int) -> S:
    """The entity stamped as a change of one that was there before."""
    return replace(
        entity,
        created_at=was.created_at,
        created_by=was.created_by,
        last_modified_at=now_ms,
        last_modified_by=by,
    )
