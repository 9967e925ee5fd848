"""What the caller's roles allow, by Edge's built-in roles.

docs.apigee.com/api-platform/system-administration/edge-built-roles: whoever has a role in an organization
may read all of it; roles differ in what they may write. The role `user`, which creates proxies, only reads
until permissions can be set per path and environment.
"""

from collections.abc import Mapping

from gatewright.management.call import Call
from gatewright.management.errors import Refused

READ_METHODS = frozenset({"GET", "HEAD"})

_EVERYTHING = ("",)
_DEPLOYMENTS = (
    "environments/*/apis/*/revisions/*/deployments",
    "apis/*/revisions/*/deployments",
    "apis/*/deployments",
    "environments/*/sharedflows/*/revisions/*/deployments",
    "sharedflows/*/revisions/*/deployments",
    "sharedflows/*/deployments",
)
_PUBLISHING = ("apiproducts", "developers", "apps")

WRITES: Mapping[str, tuple[str, ...]] = {
    "orgadmin": _EVERYTHING,
    "opsadmin": _DEPLOYMENTS,
    "businessuser": _PUBLISHING,
    "devadmin": _PUBLISHING,
    "readonlyadmin": (),
    "user": (),
}
"""The paths below the organization, and all below them, that each role may write; `*` is any one name.
The organization itself is for system administrators. `devadmin` is the older name of `businessuser`."""


def check_allowed(call: Call) -> None:
    """Raises Refused with 403 when no role of the caller allows the method at the path."""
    request, user, organization = call.request, call.user, call.names.get("organization")
    if user.is_sysadmin or (organization is None and request.method in READ_METHODS):
        return
    if organization is not None:
        below = request.scope["path"].split("/")[4:]
        roles = [role.name for role in user.roles if role.organization == organization]
        if any(_allows(role, request.method, below) for role in roles):
            return
    where = f"organization {organization}" if organization else "this installation"
    raise Refused(
        403,
        "management.Forbidden",
        f"{user.email} may not {request.method} {request.url.path}: no role in {where} allows it",
    )


def _allows(role: str, method: str, path: list[str]) -> bool:
    if role not in WRITES:
        return False
    return method in READ_METHODS or any(path and _covers(each, path) for each in WRITES[role])


def _covers(pattern: str, path: list[str]) -> bool:
    names = pattern.split("/") if pattern else []
    return len(path) >= len(names) and all(
        name in ("*", given) for name, given in zip(names, path, strict=False)
    )
