"""How an operation runs its work in the store, and says failures of the store in Edge's words."""

from collections.abc import Callable
from typing import TypeVar

from gatewright.operations.errors import as_management_error
from gatewright.store import Store, StoreFailure, Transaction

T = TypeVar("T")


async def reading(store: Store, work: Callable[[Transaction], T], **context: str) -> T:
    """What the work returns. `context` names what it is about, for the message of a ManagementError."""
    try:
        return await store.read(work)
    except StoreFailure as failure:
        raise as_management_error(failure, context) or failure from failure


async def writing(store: Store, work: Callable[[Transaction], T], **context: str) -> T:
    """What the work returns, once it is safe on disk."""
    try:
        return await store.write(work)
    except StoreFailure as failure:
        raise as_management_error(failure, context) or failure from failure
