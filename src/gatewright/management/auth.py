"""Who calls: HTTP Basic on every request below `/v1`, and what the caller's roles allow."""

import base64
import binascii
import hmac
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable

from starlette.requests import Request

from gatewright.entities import User, UserRole
from gatewright.management.errors import Refused
from gatewright.operations.users import authenticate
from gatewright.store import Follower, Passwords, Store

READ_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
WRITING_ROLES = frozenset({"orgadmin"})
READING_ROLES = frozenset({"orgadmin", "readonlyadmin", "opsadmin", "businessuser", "devadmin", "user"})
CHALLENGE = {"www-authenticate": 'Basic realm="Gatewright", charset="UTF-8"'}

_KEPT_S = 60.0
_KEPT_LOGINS = 1_000


class Logins:
    """Checks passwords and remembers for a while which were right, since checking one is dear by design.

    What is remembered is a keyed hash of the credentials, under a key that lives as long as the process; all
    of it is forgotten when any user changes.
    """

    def __init__(
        self, store: Store, passwords: Passwords, clock_s: Callable[[], float] = time.monotonic
    ) -> None:
        self._store = store
        self._passwords = passwords
        self._clock_s = clock_s
        self._key = secrets.token_bytes(32)
        self._known: OrderedDict[bytes, tuple[User, float]] = OrderedDict()
        self._follower: Follower | None = None

    async def user(self, authorization: str | None) -> User:
        """The caller. Raises Refused with 401."""
        email, password = _credentials(authorization)
        self._forget_changed()
        digest = hmac.digest(self._key, f"{email}\0{password}".encode(), "sha256")
        known = self._known.get(digest)
        if known is not None and known[1] > self._clock_s():
            return known[0]
        user = await authenticate(self._store, self._passwords, email, password)
        if user is None:
            raise Refused(401, "management.Unauthorized", "The user or the password is wrong", CHALLENGE)
        self._known[digest] = (user, self._clock_s() + _KEPT_S)
        while len(self._known) > _KEPT_LOGINS:
            self._known.popitem(last=False)
        return user

    def _forget_changed(self) -> None:
        if self._follower is None:
            self._follower = self._store.follow()
            self._known.clear()
        elif any(change.kind in ("user", "everything") for change in self._follower.poll()):
            self._known.clear()


def _credentials(authorization: str | None) -> tuple[str, str]:
    if authorization is None:
        raise Refused(401, "management.Unauthorized", "Log in with HTTP Basic", CHALLENGE)
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() == "basic":
        try:
            email, colon, password = base64.b64decode(encoded.strip(), validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            colon = ""
        if colon:
            return email, password
    raise Refused(401, "management.Unauthorized", "The Authorization header is not HTTP Basic", CHALLENGE)


def check_allowed(request: Request, user: User) -> None:
    """Raises Refused with 403 when no role of the caller allows the method in the path's organization."""
    if user.is_sysadmin:
        return
    organization = request.path_params.get("organization")
    roles = READING_ROLES if request.method in READ_METHODS else WRITING_ROLES
    if organization is None or not _has_role(user, organization, roles):
        where = f"organization {organization}" if organization else "this path"
        raise Refused(
            403,
            "management.Forbidden",
            f"{user.email} may not {request.method} here: no role in {where} allows it",
        )


def _has_role(user: User, organization: str, roles: frozenset[str]) -> bool:
    return any(UserRole(name=role, organization=organization) in user.roles for role in roles)
