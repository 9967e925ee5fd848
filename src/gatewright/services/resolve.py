"""`--resolve HOST=URL`: which hosts of targets are really called elsewhere. Pure look-up, no names resolved.

Only the connection goes elsewhere: the request keeps its target's Host, and where the URL is https its SNI.
"""

import ipaddress
import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple, Self
from urllib.parse import SplitResult, urlsplit

_HOST_NAME = re.compile(r"[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*")
_DEFAULT_PORTS = {"http": 80, "https": 443}


class InvalidRedirect(ValueError):
    """A HOST=URL that cannot be followed; the text quotes it and says what to write instead."""

    def __init__(self, host: str, url: str | None, reason: str) -> None:
        super().__init__(f"cannot resolve {host}={url or ''}: {reason}")


class Destination(NamedTuple):
    """Where to connect to, and whether to speak TLS there."""

    scheme: str
    host: str
    port: int


class Redirects:
    """Destinations by host, or by host and port where one was given. Immutable."""

    __slots__ = ("_by_host",)

    def __init__(self, by_host: Mapping[tuple[str, int | None], Destination]) -> None:
        self._by_host = dict(by_host)

    @classmethod
    def of(cls, pairs: Iterable[tuple[str, str | None]]) -> Self:
        """From HOST or HOST:PORT and URL; the last one for a host counts, and None as URL undoes it.

        Raises InvalidRedirect.
        """
        by_host: dict[tuple[str, int | None], Destination] = {}
        for host, url in pairs:
            key = _split_host(host, url)
            if url is None:
                by_host.pop(key, None)
            else:
                by_host[key] = _destination(host, url)
        return cls(by_host)

    def find(self, host: str, port: int) -> Destination | None:
        """Where to connect to for that host and port; None for the host itself."""
        if not self._by_host:
            return None
        name = _plain(host)
        return self._by_host.get((name, port)) or self._by_host.get((name, None))


def _plain(host: str) -> str:
    """The spelling that hosts are compared in: lower case, no brackets, no final dot."""
    return host.lower().removeprefix("[").removesuffix("]").removesuffix(".")


def _split_host(host: str, url: str | None) -> tuple[str, int | None]:
    try:
        parts = urlsplit(f"//{host}")
        port = parts.port
    except ValueError:
        raise InvalidRedirect(
            host, url, "the host must be a name or an address, with or without :PORT"
        ) from None
    name = _plain(parts.hostname or "")
    if parts.netloc != host or "@" in host or not _is_host(name):
        raise InvalidRedirect(host, url, "the host must be a name or an address, without scheme or path")
    return name, port


def _is_host(name: str) -> bool:
    if _HOST_NAME.fullmatch(name):
        return True
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _destination(host: str, url: str) -> Destination:
    parts = _split_url(host, url)
    if parts.path not in ("", "/") or parts.query or parts.fragment:
        raise InvalidRedirect(
            host, url, "the URL must end after the port; requests keep their own path and query"
        )
    if "@" in parts.netloc:
        raise InvalidRedirect(host, url, "the URL must not hold a user or a password")
    name = _plain(parts.hostname or "")
    if not _is_host(name):
        raise InvalidRedirect(host, url, "the URL's host must be a name or an address")
    return Destination(parts.scheme, name, parts.port or _DEFAULT_PORTS[parts.scheme])


def _split_url(host: str, url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        known = parts.scheme in _DEFAULT_PORTS and parts.port != 0
    except ValueError:
        known = False
    if not known:
        raise InvalidRedirect(host, url, "write a URL such as http://127.0.0.1:9100")
    return parts
