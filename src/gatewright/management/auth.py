"""Who calls: HTTP Basic on every request below `/v1`."""

import base64
import binascii
import hmac
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable

from starlette.requests import Request

from gatewright.entities import User
from gatewright.management.errors import Refused
from gatewright.management.failed_logins import FailedLogins
from gatewright.operations.users import authenticate
from gatewright.store import Follower, Passwords, Store

CHALLENGE = {"www-authenticate": 'Basic realm="Gatewright", charset="UTF-8"'}

_KEPT_S = 60.0
_KEPT_LOGINS = 1_000


class Logins:
    """Checks passwords and remembers for a while which were right, since checking one is dear by design.

    What is remembered is a keyed hash of the credentials, under a key that lives as long as the process; all
    of it is forgotten when any user changes. Mutable, for one event loop.
    """

    def __init__(
        self, store: Store, passwords: Passwords, clock_s: Callable[[], float] = time.monotonic
    ) -> None:
        self._store = store
        self._passwords = passwords
        self._clock_s = clock_s
        self._failed = FailedLogins(clock_s)
        self._key = secrets.token_bytes(32)
        self._known: OrderedDict[bytes, tuple[User, float]] = OrderedDict()
        self._generation = 0
        """Counts how often all was forgotten."""
        self._follower: Follower | None = None

    async def user(self, request: Request) -> User:
        """The caller. Raises Refused with 401, or with 429 after too many wrong passwords."""
        email, password = _credentials(request.headers.get("authorization"))
        digest = hmac.digest(self._key, f"{email}\0{password}".encode(), "sha256")
        self._forget_changed()
        known = self._remembered(digest)
        if known is not None:
            return known
        peer = request.client.host if request.client else ""
        async with self._failed.turn(email, peer) as attempts:
            known = self._remembered(digest)  # another call may just have logged in
            if known is not None:
                return known
            attempts.check()
            user = await self._authenticated(digest, email, password)
            if user is None:
                attempts.failed()
                raise _unauthorized("The user or the password is wrong")
            attempts.succeeded()
            return user

    async def _authenticated(self, digest: bytes, email: str, password: str) -> User | None:
        generation = self._generation
        user = await authenticate(self._store, self._passwords, email, password)
        self._forget_changed()
        if user is not None and generation == self._generation:  # else it may be what was just changed
            self._remember(digest, user)
        return user

    def _remembered(self, digest: bytes) -> User | None:
        user, until_s = self._known.get(digest, (None, 0.0))
        return user if until_s > self._clock_s() else None

    def _remember(self, digest: bytes, user: User) -> None:
        self._known[digest] = (user, self._clock_s() + _KEPT_S)
        while len(self._known) > _KEPT_LOGINS:
            self._known.popitem(last=False)

    def _forget_changed(self) -> None:
        if self._follower is None:
            self._follower = self._store.follow()
        elif any(change.kind in ("user", "everything") for change in self._follower.poll()):
            self._known.clear()
            self._generation += 1


def _credentials(authorization: str | None) -> tuple[str, str]:
    if authorization is None:
        raise _unauthorized("Log in with HTTP Basic")
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() == "basic":
        try:
            email, colon, password = base64.b64decode(encoded.strip(), validate=True).decode().partition(":")
        except (binascii.Error, ValueError):
            colon = ""
        if colon:
            return email, password
    raise _unauthorized("The Authorization header is not HTTP Basic in UTF-8")


def _unauthorized(message: str) -> Refused:
    return Refused(401, "management.Unauthorized", message, CHALLENGE)
