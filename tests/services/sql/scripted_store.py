"""A store that can go away, in front of a real one; it counts what is asked of it."""

from collections.abc import Callable
from typing import TypeVar

from gatewright.entities import AccessToken, Client, MapScope
from gatewright.store import Lookups, Store, StoreUnavailable, Transaction

T = TypeVar("T")


class ScriptedStore:
    """`is_away` makes everything fail as a database out of reach does."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.is_away = False
        self.lookups_made = 0
        self.lookups: Lookups = _ScriptedLookups(self, store.lookups)

    async def write(self, work: Callable[[Transaction], T]) -> T:
        self.check()
        return await self._store.write(work)

    def secret_matches(self, client: Client, secret: str) -> bool:
        return self._store.secret_matches(client, secret)

    def check(self) -> None:
        if self.is_away:
            raise StoreUnavailable("the disk is gone")


class _ScriptedLookups:
    def __init__(self, script: ScriptedStore, lookups: Lookups) -> None:
        self._script = script
        self._lookups = lookups

    def token(self, organization: str, token_hash: str) -> AccessToken | None:
        self._count()
        return self._lookups.token(organization, token_hash)

    def token_by_refresh_token(self, organization: str, refresh_hash: str) -> AccessToken | None:
        self._count()
        return self._lookups.token_by_refresh_token(organization, refresh_hash)

    def client(self, organization: str, consumer_key: str) -> Client | None:
        self._count()
        return self._lookups.client(organization, consumer_key)

    def map_value(self, organization: str, scope: MapScope, name: str, key: str) -> str | None:
        self._count()
        return self._lookups.map_value(organization, scope, name, key)

    def close(self) -> None:
        self._lookups.close()

    def _count(self) -> None:
        self._script.lookups_made += 1
        self._script.check()
