"""Before a race: every contestant does its work, as the answers and what the target saw show."""

import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any

from benchmarks.contest import APP, ITEM, MIRROR, Entry

_SEEN = {"kind": "read", "caller": APP}
_CREDENTIALS = {"authorization", "x-api-key"}


def require_work(entry: Entry) -> None:
    """Raises RuntimeError when the contestant does less than it says."""
    try:
        _require_work(entry)
    except OSError as error:
        raise RuntimeError(f"{entry.name} does not answer: {error}") from error


def _require_work(entry: Entry) -> None:
    status, headers, content = _ask(entry.base + ITEM, entry.headers)
    if status != 200 or len(content) != (1000 if entry.answers_json else 0):
        raise RuntimeError(f"{entry.name} answers {status} with {len(content)} bytes: {content[:300]!r}")
    if entry.work == "d" and not (headers.get("X-Served-By") and headers.get("X-Upstream-Node") is None):
        raise RuntimeError(f"{entry.name} does not change the response's headers: {dict(headers)}")
    if entry.sets_headers:
        _require_request_headers(entry)
    if entry.work in "bcd":
        _require_refusal(entry)


def _require_request_headers(entry: Entry) -> None:
    _, _, content = _ask(entry.base + MIRROR, entry.headers)
    if json.loads(content) != _SEEN:
        raise RuntimeError(f"{entry.name}: the target saw {content!r} instead of {_SEEN}")


def _require_refusal(entry: Entry) -> None:
    wrong = {
        name: f"{value}x" if name.lower() in _CREDENTIALS else value for name, value in entry.headers.items()
    }
    status, _, content = _ask(entry.base + ITEM, wrong)
    if status not in (401, 403):
        raise RuntimeError(f"{entry.name} answers {status} to a wrong credential: {content[:300]!r}")


def _ask(url: str, headers: Mapping[str, str]) -> tuple[int, Any, bytes]:
    request = urllib.request.Request(url, headers=dict(headers))
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers, error.read()
