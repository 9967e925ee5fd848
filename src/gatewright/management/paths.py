"""Spellings of one path: `/o` for `/organizations`, `/e` for `/environments`, a slash at the end.

Routes are matched before percent-decoding, so that a name may hold a slash: names are decoded one by one.
"""

from collections.abc import Mapping
from urllib.parse import quote, unquote

from starlette.types import ASGIApp, Receive, Scope, Send


class CanonicalPaths:
    """Gives the application below it each path in its long form. Clients mix the forms within one path."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            raw: bytes = scope.get("raw_path") or quote(scope["path"]).encode()
            scope = {**scope, "path": canonical(raw.decode("latin-1"))}
        await self._app(scope, receive, send)


def canonical(path: str) -> str:
    """`/v1/o/myorg/e/test/` as `/v1/organizations/myorg/environments/test`."""
    parts = path.split("/")
    if len(parts) > 2 and parts[1] == "v1":
        if parts[2] == "o":
            parts[2] = "organizations"
        if len(parts) > 4 and parts[2] == "organizations" and parts[4] == "e":
            parts[4] = "environments"
        if len(parts) > 3 and parts[-1] == "":
            parts.pop()
    return "/".join(parts)


def decoded(names: Mapping[str, str]) -> dict[str, str]:
    """The names in a path as they are meant."""
    return {name: unquote(value) for name, value in names.items()}
