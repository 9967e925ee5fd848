"""Ports that live in memory and hold still: what policies are tested with where no store is needed."""

import asyncio
from collections.abc import Awaitable, Iterator
from dataclasses import dataclass, field
from typing import NoReturn, TypeVar

from gatewright.engine.ports import (
    Chance,
    Clients,
    Clock,
    Count,
    Counters,
    Ports,
    Soon,
    StoreAway,
    Tokens,
    Window,
)
from gatewright.entities import AccessToken, Client, token_hash

T = TypeVar("T")

NOW_MS = 1_416_157_639_014
"""16 November 2014, 17:07:19.014 UTC: when the token of Apigee's sample transcript was issued."""


@dataclass
class FixedClock:
    """A clock that stands until a test moves it."""

    ms: int = NOW_MS

    def now_ms(self) -> int:
        return self.ms

    def now_us(self) -> int:
        return self.ms * 1_000

    def advance(self, ms: int) -> None:
        self.ms += ms


@dataclass
class CountingChance:
    """Tokens that tell their number: `000…1`, `000…2`."""

    made: int = 0

    def token(self, length: int) -> str:
        self.made += 1
        return str(self.made).rjust(length, "0")

    def uuid(self) -> str:
        self.made += 1
        return f"00000000-0000-4000-8000-{self.made:012}"


@dataclass
class Reach:
    """How a store answers: at once, after a turn of the event loop, or not at all."""

    waits: bool = False
    is_away: bool = False

    def answer(self, value: T) -> Soon[T]:
        """Raises StoreAway."""
        if self.waits:
            return self.later(value)
        if self.is_away:
            raise StoreAway("the store is away")
        return value

    async def later(self, value: T) -> T:
        await asyncio.sleep(0)
        if self.is_away:
            raise StoreAway("the store is away")
        return value


@dataclass
class MapClients:
    """Clients by organization and consumer key."""

    reach: Reach = field(default_factory=Reach)
    clients: dict[tuple[str, str], Client] = field(default_factory=dict)
    generation: int = 0

    def add(self, *clients: Client) -> None:
        self.generation += 1
        for client in clients:
            self.clients[client.organization, client.credential.consumer_key] = client

    def find(self, organization: str, consumer_key: str) -> Soon[Client | None]:
        return self.reach.answer(self.clients.get((organization, consumer_key)))

    def secret_matches(self, client: Client, secret: str) -> bool:
        return client.credential.consumer_secret == secret


@dataclass
class MapTokens:
    """Tokens by organization and hash."""

    reach: Reach = field(default_factory=Reach)
    tokens: dict[tuple[str, str], AccessToken] = field(default_factory=dict)
    generation: int = 0

    def add(self, *tokens: AccessToken) -> None:
        self.generation += 1
        for token in tokens:
            self.tokens[token.organization, token.hash] = token

    async def issue(self, token: AccessToken) -> None:
        await self.reach.later(None)
        self.add(token)

    def find(self, organization: str, token: str) -> Soon[AccessToken | None]:
        return self.reach.answer(self.tokens.get((organization, token_hash(token))))

    def find_by_refresh_token(self, organization: str, token: str) -> Soon[AccessToken | None]:
        wanted = token_hash(token)
        found = (
            each
            for each in self.tokens.values()
            if each.organization == organization and each.refresh_token_hash == wanted
        )
        return self.reach.answer(next(found, None))

    async def replace(self, old: AccessToken, new: AccessToken) -> bool:
        await self.reach.later(None)
        if self.tokens.get((old.organization, old.hash)) != old:
            return False
        del self.tokens[old.organization, old.hash]
        self.add(new)
        return True

    def __iter__(self) -> Iterator[AccessToken]:
        return iter(self.tokens.values())


class NoCounters:
    """For policies that do not count."""

    def take(self, key: str, weight: int, limit: int | None, window: Window, now_ms: int) -> Awaitable[Count]:
        self._refuse()

    def take_rolling(
        self, key: str, weight: int, limit: int | None, length_ms: int, now_ms: int
    ) -> Awaitable[Count]:
        self._refuse()

    def try_pass(self, key: str, gap_us: int, now_us: int) -> bool:
        self._refuse()

    def _refuse(self) -> NoReturn:
        raise AssertionError("a policy that should not count did")


def make_ports(
    *,
    clock: Clock | None = None,
    chance: Chance | None = None,
    clients: Clients | None = None,
    tokens: Tokens | None = None,
    counters: Counters | None = None,
) -> Ports:
    """Ports of which only those that matter to a test are named."""
    return Ports(
        clock=clock or FixedClock(),
        chance=chance or CountingChance(),
        clients=clients or MapClients(),
        tokens=tokens or MapTokens(),
        counters=counters or NoCounters(),
    )
