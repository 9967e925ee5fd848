"""What flows need from outside: Protocols that `services` implement and that policies are compiled with.

A look-up that may have to wait returns either its answer or an awaitable of it (`Soon`): a worker that has
the answer at hand gives it at once, so that the step stays synchronous.
"""

from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Any, NamedTuple, NoReturn, Protocol, TypeAlias, TypeVar

from gatewright.entities import AccessToken, Client

T = TypeVar("T")
Soon: TypeAlias = T | Awaitable[T]


class StoreAway(Exception):
    """What was asked for is not at hand, and the store that has it cannot be reached."""


class TokenTaken(Exception):
    """There is a token of that text already."""


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

    @property
    def generation(self) -> int:
        """Grows as soon as this process hears that something `find` has answered may have changed."""
        ...

    def find(self, organization: str, consumer_key: str) -> Soon[Client | None]:
        """The client of that key, whatever its status; None when there is no such key. Raises StoreAway."""
        ...

    def secret_matches(self, client: Client, secret: str) -> bool:
        """Whether it is that client's secret, in time that does not depend on where they differ."""
        ...


class Tokens(Protocol):
    """OAuth access and refresh tokens. Tokens are passed in the clear and kept as hashes."""

    @property
    def generation(self) -> int:
        """Grows as soon as this process hears that something `find` has answered may have changed."""
        ...

    def issue(self, token: AccessToken) -> Awaitable[None]:
        """Keep a token. When this returns it survives a power cut. Raises TokenTaken, or StoreAway."""
        ...

    def find(self, organization: str, token: str) -> Soon[AccessToken | None]:
        """The record of an access token, whatever its status; None when there is none. Raises StoreAway."""
        ...

    def find_by_refresh_token(self, organization: str, token: str) -> Soon[AccessToken | None]:
        """The record that the refresh token belongs to. Raises StoreAway."""
        ...

    def replace(self, old: AccessToken, new: AccessToken) -> Awaitable[bool]:
        """Put the new record in the old one's place, at once; False when the old one is no longer there.

        Raises TokenTaken, or StoreAway.
        """
        ...


class Window(NamedTuple):
    """A period that calls are counted in. Without a start it starts with the first call counted in it."""

    start_ms: int | None
    length_ms: int


class Count(NamedTuple):
    """A quota's state after one call."""

    passed: bool
    """The call fitted in and was counted; one that did not fit adds to the refused ones only."""
    used: int
    refused: int
    """Calls refused in this window; of a rolling one, since it was last empty."""
    total_refused: int
    """Calls refused in every window since counting began."""
    expires_at_ms: int
    """When the window ends."""


class Counters(Protocol):
    """Counts shared by the workers of one machine; they outlive deployments.

    Each method has keys of its own. Weights are below 2**31; one of 0 only reads. A limit of None refuses
    nothing.
    """

    def take(self, key: str, weight: int, limit: int | None, window: Window, now_ms: int) -> Soon[Count]:
        """Add the weight to the key's count in the window, unless that would exceed the limit.

        A window that differs from the last one's begins at 0.
        """
        ...

    def take_rolling(
        self, key: str, weight: int, limit: int | None, length_ms: int, now_ms: int
    ) -> Soon[Count]:
        """The same over the last `length_ms`, whenever that is: the limit holds in any such span."""
        ...

    def try_pass(self, key: str, gap_us: int, now_us: int) -> bool:
        """Whether `gap_us` has gone by since `key` last passed; if so this counts as passing."""
        ...


class Redirects(Protocol):
    """Hosts of targets that are really called elsewhere (`--resolve`)."""

    def find(self, host: str, port: int) -> tuple[str, str, int] | None:
        """Scheme, host and port to connect to instead; None for the host itself."""
        ...


class NoRedirects:
    """Every host is called where it is."""

    __slots__ = ()

    def find(self, host: str, port: int) -> tuple[str, str, int] | None:
        del host, port
        return None


@dataclass(frozen=True, slots=True)
class Ports:
    """Everything a compiled policy may reach beyond the call itself."""

    clock: Clock
    chance: Chance
    clients: Clients
    tokens: Tokens
    counters: Counters
    redirects: Redirects = NoRedirects()


class _Unplugged:
    """Stands for a port where nothing is ever executed: a bundle that is compiled only to be checked."""

    def __getattr__(self, name: str) -> NoReturn:
        raise AssertionError(f"a policy used the port method {name} while it was being compiled")


def unplugged() -> Ports:
    """Ports to compile with when the result is thrown away. Compiling does no I/O, so none may be used."""
    nothing: Any = _Unplugged()
    return Ports(clock=nothing, chance=nothing, clients=nothing, tokens=nothing, counters=nothing)
