"""The engine's Tokens over the store."""

from collections.abc import Callable
from typing import Protocol, TypeVar

from gatewright.engine.ports import StoreAway, TokenTaken
from gatewright.entities import AccessToken, token_hash
from gatewright.services.sql.kept import KEPT_MS, Kept
from gatewright.services.sql.monotonic import monotonic_ms
from gatewright.store import Change, Duplicate, Lookups, Missing, StoreUnavailable, Transaction

T = TypeVar("T")


class TokenStore(Protocol):
    """What of the store is needed here."""

    @property
    def lookups(self) -> Lookups: ...
    async def write(self, work: Callable[[Transaction], T]) -> T: ...


class SqlTokens:
    """Implements Tokens: from this worker's memory where it can, else from the store.

    A token that does not exist is looked up each time. Writes are on disk when they return; what was written
    is kept only once it has been read, so that no change can slip in between.
    """

    __slots__ = ("_kept", "_store", "generation")

    def __init__(
        self,
        store: TokenStore,
        *,
        capacity: int = 20_000,
        ttl_ms: int = KEPT_MS,
        now_ms: Callable[[], float] = monotonic_ms,
    ) -> None:
        self._store = store
        self.generation = 0
        self._kept: Kept[tuple[str, str], AccessToken] = Kept(capacity, ttl_ms, now_ms)

    async def issue(self, token: AccessToken) -> None:
        try:
            await self._store.write(lambda tx: tx.tokens.create(token))
        except Duplicate as failure:
            raise TokenTaken from failure
        except StoreUnavailable as failure:
            raise StoreAway(failure.reason) from failure

    def find(self, organization: str, token: str) -> AccessToken | None:
        hashed = token_hash(token)
        found = self._kept.get((organization, hashed))
        if found is not None:
            return found
        try:
            found = self._store.lookups.token(organization, hashed)
        except StoreUnavailable as failure:
            raise StoreAway(failure.reason) from failure
        return None if found is None else self._kept.put((organization, hashed), found)

    def find_by_refresh_token(self, organization: str, token: str) -> AccessToken | None:
        """Never from memory: a refresh token is used once, and its record must be the newest."""
        try:
            return self._store.lookups.token_by_refresh_token(organization, token_hash(token))
        except StoreUnavailable as failure:
            raise StoreAway(failure.reason) from failure

    async def replace(self, old: AccessToken, new: AccessToken) -> bool:
        try:
            await self._store.write(lambda tx: tx.tokens.replace(old.organization, old.hash, new))
        except Missing:
            return False
        except Duplicate as failure:
            raise TokenTaken from failure
        except StoreUnavailable as failure:
            raise StoreAway(failure.reason) from failure
        finally:
            self.generation += 1
            self._kept.drop((old.organization, old.hash))
        return True

    def forget(self, change: Change) -> None:
        """Drop what the change has made stale; the deployer calls this for every change, in any order."""
        self.generation += 1
        match change.kind:
            case "everything":
                self._kept.clear()
            case "token":
                self._kept.drop((change.organization, change.name))
