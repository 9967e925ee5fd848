"""What outlives a process: repositories over SQL, migrations, the change feed, secrets at rest."""

from gatewright.store.changes import Change, ChangeKind
from gatewright.store.failures import (
    Duplicate,
    InUse,
    Missing,
    Stale,
    StoreFailure,
    StoreUnavailable,
    WrongKey,
)
from gatewright.store.keyfile import parse_key, read_or_create_key
from gatewright.store.passwords import Passwords
from gatewright.store.protocols import Lookups, Transaction
from gatewright.store.proxies import content_hash
from gatewright.store.store import Follower, Store
from gatewright.store.workers import Report, Worker, WorkerRole

__all__ = [
    "Change",
    "ChangeKind",
    "Duplicate",
    "Follower",
    "InUse",
    "Lookups",
    "Missing",
    "Passwords",
    "Report",
    "Stale",
    "Store",
    "StoreFailure",
    "StoreUnavailable",
    "Transaction",
    "Worker",
    "WorkerRole",
    "WrongKey",
    "content_hash",
    "parse_key",
    "read_or_create_key",
]
