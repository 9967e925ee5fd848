"""How settings are written: each kind turns the texts of a flag, a variable or a key into a typed value."""

import base64
import binascii
import ipaddress
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, Literal, NamedTuple, TypeVar
from urllib.parse import urlsplit

T = TypeVar("T")
Role = Literal["all", "control", "gateway"]
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class Redirect(NamedTuple):
    """Target traffic for `host` goes to `url`; None sends it to the host itself, whatever was built in."""

    host: str
    url: str | None


@dataclass(frozen=True, slots=True)
class Kind(Generic[T]):
    """`read` turns the texts, one unless repeatable, into the value or raises a ValueError that says why."""

    read: Callable[[tuple[str, ...]], T]
    toml: type
    metavar: str | None = None
    repeatable: bool = False


def _text(texts: tuple[str, ...]) -> str:
    if not texts[0].strip():
        raise ValueError("must not be empty")
    return texts[0]


def _path(texts: tuple[str, ...]) -> Path:
    return Path(_text(texts)).expanduser()


def _number(texts: tuple[str, ...], low: int, high: int) -> int:
    try:
        number = int(texts[0])
    except ValueError:
        number = low - 1
    if not low <= number <= high:
        raise ValueError(f"must be a whole number from {low} to {high}, not {texts[0]!r}")
    return number


def _switch(texts: tuple[str, ...]) -> bool:
    words = {
        "true": True,
        "1": True,
        "yes": True,
        "on": True,
        "false": False,
        "0": False,
        "no": False,
        "off": False,
    }
    try:
        return words[texts[0].lower()]
    except KeyError:
        raise ValueError(f"must be true or false, not {texts[0]!r}") from None


def _role(texts: tuple[str, ...]) -> Role:
    match texts[0]:
        case "all" | "control" | "gateway" as role:
            return role
        case other:
            raise ValueError(f"must be all, control or gateway, not {other!r}")


def _encryption_key(texts: tuple[str, ...]) -> bytes:
    try:
        key = base64.b64decode(texts[0], validate=True)
    except binascii.Error:
        key = b""
    if len(key) != 32:
        raise ValueError("must be 32 bytes in base64, as `openssl rand -base64 32` prints")
    return key


def _redirects(texts: tuple[str, ...]) -> tuple[Redirect, ...]:
    return tuple(_redirect(text) for text in texts)


def _redirect(text: str) -> Redirect:
    host, equals, url = text.partition("=")
    if not host or not equals:
        raise ValueError(f"must have the form HOST=URL, not {text!r}")
    parts = urlsplit(url)
    if url and (parts.scheme not in {"http", "https"} or not parts.hostname):
        raise ValueError(f"must lead to a URL that starts with http:// or https://, not {url!r}")
    return Redirect(host.lower(), url.rstrip("/") or None)


def _networks(texts: tuple[str, ...]) -> tuple[Network, ...]:
    try:
        return tuple(ipaddress.ip_network(text) for text in texts)
    except ValueError as error:
        raise ValueError(f"must be addresses or networks such as 10.0.0.0/8: {error}") from None


TEXT = Kind(_text, str, "TEXT")
FOLDER = Kind(_path, str, "DIR")
PORT = Kind(lambda texts: _number(texts, 1, 65535), int, "PORT")
COUNT = Kind(lambda texts: _number(texts, 1, 1024), int, "N")
CONNECTIONS = Kind(lambda texts: _number(texts, 1, 1_000_000), int, "N")
WORKER_CONNECTIONS: Kind[int | None] = Kind(CONNECTIONS.read, int, "N")
MILLISECONDS = Kind(lambda texts: _number(texts, 100, 3_600_000), int, "MS")
BYTES_PER_SECOND = Kind(lambda texts: _number(texts, 0, 1_000_000_000), int, "BYTES")
SWITCH = Kind(_switch, bool)
ROLE = Kind(_role, str, "all|control|gateway")
KEY: Kind[bytes | None] = Kind(_encryption_key, str, "BASE64")
PASSWORD: Kind[str | None] = Kind(_text, str, "TEXT")
REDIRECTS = Kind(_redirects, list, "HOST=URL", repeatable=True)
NETWORKS = Kind(_networks, list, "NETWORK", repeatable=True)
