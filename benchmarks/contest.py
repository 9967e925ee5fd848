"""The words of a race: what is done for a call (work), who does it (peer), and one of both (entry)."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from string import Template

NGINX, NGINX_LUA, HAPROXY, ENVOY = "nginx", "nginx + Lua", "HAProxy", "Envoy + Lua"
EXPRESS_GATEWAY, MICROGATEWAY, GATEWRIGHT = "express-gateway", "microgateway-core", "Gatewright"

WORKS = {
    "a": "pass-through",
    "b": "VerifyAccessToken, Quota, two conditional steps, two headers set",
    "c": "VerifyAPIKey, Quota, two conditional steps, two headers set",
    "d": "(b) with 12 request headers; of the response one header set and one removed",
    "e": "pass-through with 1 and with 1,000 proxies deployed",
    "s": "the steps of (b) one after the other, for a profile; not raced unless asked for",
}
"""The works by their letter."""
USUAL_WORKS = "abcde"

ITEM = "/items/17"
"""Where the upstream answers 1,000 bytes of JSON, below a contestant's base path."""
MIRROR = "/items/mirror"
"""Where it answers which headers it saw."""

USUAL_HEADERS = {
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    "Accept": "application/json, text/plain;q=0.9, */*;q=0.8",
    "Accept-Language": "en-GB,en;q=0.7,de;q=0.3",
    "Accept-Encoding": "gzip, deflate, br",
    "Referer": "https://shop.example/baskets/4711",
    "Origin": "https://shop.example",
    "Cache-Control": "no-cache",
    "Cookie": "session=3f0c9a7be1d24c55; theme=dark; consent=all",
    "X-Request-Id": "0f8fad5b-d9cb-469f-a165-70867728950e",
    "X-Client-Version": "7.42.1",
}
"""With Host and Authorization: the twelve request headers of work (d)."""

APP = "bench-app"
"""The app whose token and key are used; its name goes to the target as X-Caller."""
TOKEN = "6fQ0cX1bAq7tYw3mZr9nKe5sVu2p"
"""The token that peers with a table of tokens know."""
KEY = "9sHk2LmQ4tXv7ZbN1cRfGy8wJd5pAe3u"
"""The key that peers with a table of keys know."""


@dataclass(frozen=True, slots=True)
class Rig:
    """What a contestant is given: a folder that exists, the upstream's port, and its core."""

    folder: Path
    upstream: int
    core: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One contestant at one work: what is called, and the process whose tree does the work."""

    work: str
    contestant: str
    pid: int
    base: str
    """The URL before `ITEM`."""
    headers: Mapping[str, str] = field(default_factory=dict)
    sets_headers: bool = False
    """Whether the target must see X-Kind and X-Caller."""
    warm_up_s: float = 1.0
    answers_json: bool = True
    """Whether it answers what the upstream does."""

    @property
    def name(self) -> str:
        return f"({self.work[0]}) {self.contestant}"


class NotHere(Exception):
    """A peer cannot be had on this machine; the message says why."""


@dataclass(frozen=True, slots=True)
class Peer:
    """A program that races. `works` are the letters it has an entry for."""

    name: str
    works: str
    differs: str
    """What it does more or less than Gatewright at the same work."""
    install: Callable[[], str]
    """Installs what is missing and gives the version; raises NotHere."""
    start: Callable[[Rig, str], AbstractContextManager[Sequence[Entry]]]
    """Runs it for the works of those letters."""


def fill(template: Path, values: Mapping[str, object], target: Path) -> Path:
    """Write the template with its `@name@` replaced; gives the target."""
    target.write_text(_Marked(template.read_text()).substitute(values))
    return target


class _Marked(Template):
    delimiter = "@"
    pattern = r"@(?:(?P<named>[a-z_]+)@|(?P<braced>(?!))|(?P<escaped>(?!))|(?P<invalid>(?!)))"  # type: ignore[assignment]
