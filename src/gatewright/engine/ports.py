"""What flows need from outside: Protocols that `services` implement and that policies are compiled with.

A look-up that may have to wait returns either its answer or an awaitable of it (`Soon`): a worker that has
the answer at hand gives it at once, so that the step stays synchronous.
"""

from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Protocol, TypeAlias, TypeVar

from gatewright.entities import AccessToken, Client

T = TypeVar("T")
Soon: TypeAlias = T | Awaitable[T]


class StoreAway(Exception):
    """What was asked for is not at hand, and the store that has it cannot be reached."""


class Clock(Protocol):
    """Wall-clock time, in one place so that tests can hold it still."""

    def now_ms(self) -> int:
        """Epoch milliseconds."""
        ...

    def now_us(self) -> int:
        """Epoch microseconds."""
        ...


class Chance(Protocol):
    """Randomness fit for secrets."""

    def token(self, length: int) -> str:
        """That many ASCII letters and digits."""
        ...

    def uuid(self) -> str:
        """A random UUID in its usual text form."""
        ...


class Clients(Protocol):
    """Consumer keys and all that decides what they may call."""

    def find(self, organization: str, consumer_key: str) -> Soon[Client | None]:
        """The client of that key, whatever its status; None when there is no such key. Raises StoreAway."""
        ...

    def secret_matches(self, client: Client, secret: str) -> bool:
        """Whether it is that client's secret, in time that does not depend on where they differ."""
        ...


class Tokens(Protocol):
    """OAuth access and refresh tokens. Tokens are passed in the clear and kept as hashes."""

    def issue(self, token: AccessToken) -> Awaitable[None]:
        """Keep a token. When this returns it survives a power cut. Raises StoreAway."""
        ...

    def find(self, organization: str, token: str) -> Soon[AccessToken | None]:
        """The record of an access token, whatever its status; None when there is none. Raises StoreAway."""
        ...

    def find_by_refresh_token(self, organization: str, token: str) -> Soon[AccessToken | None]:
        """The record that the refresh token belongs to. Raises StoreAway."""
        ...

    def replace(self, old: AccessToken, new: AccessToken) -> Awaitable[bool]:
        """Put the new record in the old one's place, at once; False when the old one is no longer there."""
        ...


class Counters(Protocol):
    """Counts shared by the workers of one machine; they outlive deployments."""

    def add(self, key: str, weight: int, window: int, expires_at_ms: int, now_ms: int) -> int:
        """Add to the count of `key` in the window of that number and return the new count.

        A window is any number that differs from the last one's; its count starts at 0 and is forgotten
        after `expires_at_ms`. Weight 0 only reads.
        """
        ...

    def try_pass(self, key: str, gap_us: int, now_us: int) -> bool:
        """Whether `gap_us` has gone by since `key` last passed; if so this counts as passing."""
        ...


@dataclass(frozen=True, slots=True)
class Ports:
    """Everything a compiled policy may reach beyond the call itself."""

    clock: Clock
    chance: Chance
    clients: Clients
    tokens: Tokens
    counters: Counters
