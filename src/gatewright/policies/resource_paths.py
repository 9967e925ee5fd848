"""Resource paths of API products: `/`, `/forecastrss`, `/v1/*`, `/v1/**`, and the request paths they cover.

`/` alone and `/**` cover everything. Any other pattern covers whole paths: `*` stands for exactly one
segment that is not empty, `**` for any rest. (docs: API products, "Configuring resource paths"; rows of
apidVerifyApiKey's own unit test, github.com/apid.)
"""

import re
from collections.abc import Callable, Iterable
from typing import TypeAlias
from urllib.parse import unquote

Covers: TypeAlias = Callable[[str], bool]

_EVERYTHING = frozenset({"/", "/**"})
_WILDCARDS = re.compile(r"\*\*|\*")
_UNCLEAR = re.compile(r"[%\\;]|/\.")


def compile_resources(patterns: Iterable[str]) -> Covers:
    """Whether any of the patterns covers a path; no patterns cover every path.

    A path that a target may read in another way than it is written (`/a/../b`, `%2e`, `\\`) is covered only
    when both readings are: nobody gets at `/admin` by way of `/public/..;/admin`.
    """
    patterns = tuple(pattern.strip() for pattern in patterns)
    if not patterns or not _EVERYTHING.isdisjoint(patterns):
        return lambda _: True
    matches = re.compile("|".join(map(_expression, patterns)), re.DOTALL).fullmatch

    def covers(path: str) -> bool:
        if matches(path) is None:
            return False
        return _UNCLEAR.search(path) is None or matches(_plain(path)) is not None

    return covers


def _expression(pattern: str) -> str:
    if not pattern.startswith("/"):
        pattern = f"/{pattern}"
    literals = map(re.escape, _WILDCARDS.split(pattern))
    wildcards = (".*" if found == "**" else "[^/]+" for found in _WILDCARDS.findall(pattern))
    parts = [next(literals)]
    for wildcard, literal in zip(wildcards, literals, strict=True):
        parts += (wildcard, literal)
    return "".join(parts)


def _plain(path: str) -> str:
    """The path as the most eager target reads it: decoded, without parameters, dots and empty segments."""
    segments: list[str] = []
    decoded = unquote(path).replace("\\", "/")
    for raw in decoded.split("/"):
        segment = raw.partition(";")[0]
        if segment == "..":
            del segments[-1:]
        elif segment not in ("", "."):
            segments.append(segment)
    return "/" + "/".join(segments) + ("/" if segments and decoded.endswith("/") else "")
