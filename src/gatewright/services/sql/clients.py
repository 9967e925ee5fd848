"""The engine's Clients over the store."""

from collections.abc import Callable
from typing import Protocol

from gatewright.engine.ports import StoreAway
from gatewright.entities import Client
from gatewright.services.sql.kept import KEPT_MS, Kept
from gatewright.services.sql.monotonic import monotonic_ms
from gatewright.store import Change, Lookups, StoreUnavailable


class ClientStore(Protocol):
    """What of the store is needed here."""

    @property
    def lookups(self) -> Lookups: ...
    def secret_matches(self, client: Client, secret: str) -> bool: ...


class SqlClients:
    """Implements Clients: from this worker's memory where it can, else from the store.

    A key that does not exist is looked up each time, so that a new one works at once. What is in memory
    serves until its time is up, also while the store is away.
    """

    __slots__ = ("_kept", "_store", "generation")

    def __init__(
        self,
        store: ClientStore,
        *,
        capacity: int = 5_000,
        ttl_ms: int = KEPT_MS,
        now_ms: Callable[[], float] = monotonic_ms,
    ) -> None:
        self._store = store
        self.generation = 0
        self._kept: Kept[tuple[str, str], Client] = Kept(capacity, ttl_ms, now_ms)

    def find(self, organization: str, consumer_key: str) -> Client | None:
        key = (organization, consumer_key)
        client = self._kept.get(key)
        if client is not None:
            return client
        try:
            client = self._store.lookups.client(organization, consumer_key)
        except StoreUnavailable as failure:
            raise StoreAway(failure.reason) from failure
        return None if client is None else self._kept.put(key, client)

    def secret_matches(self, client: Client, secret: str) -> bool:
        """By the keyed hash, in constant time; the secret in clear is not looked at."""
        return self._store.secret_matches(client, secret)

    def forget(self, change: Change) -> None:
        """Drop what the change has made stale; the deployer calls this for every change, in any order."""
        self.generation += 1
        match change.kind:
            case "everything":
                self._kept.clear()
            case "credential":
                self._kept.drop((change.organization, change.name))
            case "app":
                self._drop(change, lambda client: client.app.app_id == change.name)
            case "developer":
                self._drop(change, lambda client: client.developer.developer_id == change.name)
            case "product":
                self._drop(change, lambda client: any(p.name == change.name for p in client.products))

    def _drop(self, change: Change, is_stale: Callable[[Client], bool]) -> None:
        self._kept.drop_where(lambda client: client.organization == change.organization and is_stale(client))
