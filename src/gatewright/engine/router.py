"""From a request's path to a proxy endpoint: the longest base path wins, whatever the number of proxies."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Generic, NamedTuple, TypeVar

E = TypeVar("E")

WILDCARD = "*"

_REMEMBERED = 1_000
_REMEMBERED_LENGTH = 200


class BasePathTaken(ValueError):
    """Two endpoints claim the same base path."""


class Route(NamedTuple, Generic[E]):
    """A match: the endpoint, its base path as configured, and what follows it in the request's path."""

    endpoint: E
    base_path: str
    suffix: str


@dataclass(slots=True)
class _Node(Generic[E]):
    """One segment of base paths. Written while the router is built, read only afterwards."""

    children: "dict[str, _Node[E]]" = field(default_factory=dict)
    endpoint: E | None = None
    base_path: str = ""
    length: int = 0
    """Characters of a path that the base path stands for, where no segment of it is a `*`."""
    is_literal: bool = True


class Router(Generic[E]):
    """Base paths of one virtual host. A `*` segment of a base path stands for any one segment.

    Built once, then only read, but for the paths that it remembers. A look-up walks the path's segments, so
    it costs the same with one proxy and with a thousand. Raises BasePathTaken.
    """

    __slots__ = ("_depth", "_found", "_has_wildcards", "_root")

    def __init__(self, routes: Iterable[tuple[str, E]]) -> None:
        self._root: _Node[E] = _Node()
        self._depth = 0
        self._has_wildcards = False
        self._found: dict[str, Route[E]] = {}  # the paths called last
        for base_path, endpoint in routes:
            self._add(base_path, endpoint)

    def find(self, path: str) -> Route[E] | None:
        """The endpoint with the longest base path that holds `path`; a literal segment beats a `*`."""
        route = self._found.get(path)
        if route is None:
            route = self._find(path)
            if route is not None and len(path) < _REMEMBERED_LENGTH:
                if len(self._found) >= _REMEMBERED:
                    self._found.clear()
                self._found[path] = route
        return route

    def _find(self, path: str) -> Route[E] | None:
        segments = path.split("/", self._depth + 1)
        del segments[0]  # what stands before the first slash
        if self._has_wildcards:
            found, depth = _deepest(self._root, segments, 0)
        else:
            found, depth = _deepest_literal(self._root, segments)
        if found is None or found.endpoint is None:
            return None
        end = found.length if found.is_literal else depth + sum(map(len, segments[:depth]))
        return Route(found.endpoint, found.base_path, path[end:])

    def _add(self, base_path: str, endpoint: E) -> None:
        node = self._root
        segments = segments_of(base_path)
        for segment in segments:
            node = node.children.setdefault(segment, _Node())
        if node.endpoint is not None:
            raise BasePathTaken(f"base path {base_path} is taken")
        node.endpoint, node.base_path = endpoint, base_path
        node.length = sum(len(segment) + 1 for segment in segments)
        node.is_literal = WILDCARD not in segments
        self._depth = max(self._depth, len(segments))
        self._has_wildcards = self._has_wildcards or WILDCARD in segments


def segments_of(base_path: str) -> list[str]:
    """`/v1/*/x/` as ["v1", "*", "x"]; `/` as []."""
    trimmed = base_path.strip("/")
    return trimmed.split("/") if trimmed else []


def _deepest_literal(root: _Node[E], segments: list[str]) -> tuple[_Node[E] | None, int]:
    node = root
    best, best_depth = (node, 0) if node.endpoint is not None else (None, 0)
    for depth, segment in enumerate(segments, 1):
        child = node.children.get(segment)
        if child is None:
            break
        node = child
        if node.endpoint is not None:
            best, best_depth = node, depth
    return best, best_depth


def _deepest(node: _Node[E], segments: list[str], depth: int) -> tuple[_Node[E] | None, int]:
    best, best_depth = (node, depth) if node.endpoint is not None else (None, -1)
    if depth == len(segments):
        return best, best_depth
    for key in (segments[depth], WILDCARD):
        child = node.children.get(key)
        if child is not None and segments[depth]:
            found, found_depth = _deepest(child, segments, depth + 1)
            if found is not None and found_depth > best_depth:
                best, best_depth = found, found_depth
    return best, best_depth
