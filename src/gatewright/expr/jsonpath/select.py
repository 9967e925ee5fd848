"""Turns a path into a function of a document: each selector is a step from the values found to the next."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

from gatewright.expr.jsonpath.aggregate import applied
from gatewright.expr.jsonpath.evaluate import Find, predicate_test
from gatewright.expr.jsonpath.syntax import (
    Descend,
    Filter,
    Indexes,
    Json,
    Names,
    Path,
    Pick,
    Selector,
    Simple,
    Slice,
    Wildcard,
)

Children: TypeAlias = Callable[[Json, Json], Iterable[Json]]
"""From the document and one value to the values that a selector finds in it."""
Step: TypeAlias = Callable[[Json, list[Json]], list[Json]]
"""From the document and the values found so far to the next ones."""

MAX_FOUND = 100_000


class TooManyValues(Exception):
    """A path found more than MAX_FOUND values at one of its steps."""


def finder(path: Path) -> Find:
    """What a path finds, in the document's order. Raises TooManyValues."""
    keys = _plain_keys(path)
    select = _by_keys(keys) if keys is not None else _by_steps(path.selectors)
    is_absolute = path.is_absolute
    function = path.function
    if function is None:
        return lambda document, item: select(document, document if is_absolute else item)
    is_definite = path.is_definite
    return lambda document, item: applied(
        function, select(document, document if is_absolute else item), is_definite=is_definite
    )


def _plain_keys(path: Path) -> tuple[str | int, ...] | None:
    """The keys of a path of single names and indexes alone, which most are."""
    keys: list[str | int] = []
    for selector in path.selectors:
        match selector:
            case Names((name,)):
                keys.append(name)
            case Indexes((index,)):
                keys.append(index)
            case _:
                return None
    return tuple(keys)


def _by_keys(keys: tuple[str | int, ...]) -> Find:
    def find(_: Json, item: Json) -> list[Json]:
        for key in keys:
            if isinstance(key, str):
                if not isinstance(item, dict) or key not in item:
                    return []
                item = item[key]
            else:
                if not isinstance(item, list) or not -len(item) <= key < len(item):
                    return []
                item = item[key]
        return [item]

    return find


def _by_steps(selectors: tuple[Selector, ...]) -> Find:
    last = len(selectors) - 1
    steps = [_step(selector, is_last=i == last) for i, selector in enumerate(selectors)]

    def find(document: Json, item: Json) -> list[Json]:
        found = [item]
        for step in steps:
            found = step(document, found)
        return found

    return find


def _step(selector: Selector, *, is_last: bool) -> Step:
    if isinstance(selector, Pick):
        return _pick(selector.index)
    if isinstance(selector, Descend):
        children = _descending(_children(selector.selector, is_last=is_last))
    else:
        children = _children(selector, is_last=is_last)

    def step(document: Json, values: list[Json]) -> list[Json]:
        found: list[Json] = []
        for value in values:
            for child in children(document, value):
                found.append(child)
                if len(found) > MAX_FOUND:
                    raise TooManyValues(f"more than {MAX_FOUND} values")
        return found

    return step


def _pick(index: int) -> Step:
    def step(_: Json, values: list[Json]) -> list[Json]:
        return [values[index]] if -len(values) <= index < len(values) else []

    return step


def _children(selector: Simple, *, is_last: bool) -> Children:
    match selector:
        case Names(names):
            return _merged(names) if is_last and len(names) > 1 else _named(names)
        case Indexes(indexes):
            return _indexed(indexes)
        case Slice(first, last):
            return lambda _, value: value[first:last] if isinstance(value, list) else ()
        case Wildcard():
            return lambda _, value: _inside(value)
        case Filter(predicate):
            holds = predicate_test(predicate, finder)
            return lambda document, value: [item for item in _candidates(value) if holds(document, item)]


def _named(names: tuple[str, ...]) -> Children:
    return lambda _, value: (
        [value[name] for name in names if name in value] if isinstance(value, dict) else ()
    )


def _merged(names: tuple[str, ...]) -> Children:
    """Several names at a path's end make one object of what they name, as in Jayway."""

    def children(_: Json, value: Json) -> Iterable[Json]:
        if not isinstance(value, dict):
            return ()
        chosen: Json = {name: value[name] for name in names if name in value}
        return (chosen,)

    return children


def _indexed(indexes: tuple[int, ...]) -> Children:
    def children(_: Json, value: Json) -> Iterable[Json]:
        if not isinstance(value, list):
            return ()
        return [value[index] for index in indexes if -len(value) <= index < len(value)]

    return children


def _descending(children: Children) -> Children:
    def everywhere(document: Json, value: Json) -> Iterator[Json]:
        for inner in _all_inside(value):
            yield from children(document, inner)

    return everywhere


def _all_inside(value: Json) -> Iterator[Json]:
    """The value and every object and array in it, each before what it holds. No recursion: documents nest."""
    waiting = [value]
    while waiting:
        inner = waiting.pop()
        if isinstance(inner, dict | list):
            yield inner
            waiting.extend(reversed(list(_inside(inner))))


def _inside(value: Json) -> Iterable[Json]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _candidates(value: Json) -> Iterable[Json]:
    """What a filter looks at: an array's items, or an object itself, as in Jayway."""
    if isinstance(value, dict):
        return (value,)
    return value if isinstance(value, list) else ()
