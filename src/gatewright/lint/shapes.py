"""Which elements an element may hold: tables, and what in a policy is not in them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from gatewright.bundle.readers import local_name
from gatewright.lint.rule import Found
from gatewright.lint.xml import at, children, elements_of
from gatewright.xml import Element


@dataclass(frozen=True, slots=True)
class Shape:
    """The elements of a policy as Apigee's reference has them.

    parts: the names allowed below each path, "" being the root. What is allowed and has no entry of its own
    holds no elements. repeats: the parts of the root that may stand more than once. verbatim: paths whose
    content is not looked at.
    """

    parts: Mapping[str, frozenset[str]]
    required: tuple[str, ...] = ()
    repeats: frozenset[str] = frozenset()
    verbatim: frozenset[str] = frozenset()

    def problems(self, root: Element) -> Iterator[Found]:
        """What stands where it has no place or once too often, and what is missing."""
        for name in sorted(self.parts[""] - self.repeats):
            for extra in children(root, name)[1:]:
                yield Found(extra, f"<{name}> stands twice")
        for name in self.required:
            if not children(root, name):
                yield Found(root, f"there is no <{name}>")
        yield from self._strays(root, "")

    def _strays(self, element: Element, path: str) -> Iterator[Found]:
        allowed = self.parts.get(path, frozenset())
        for part in elements_of(element):
            name = local_name(part)
            inner = f"{path}/{name}" if path else name
            if name not in allowed:
                yield Found(part, f"<{name}> has no place in <{local_name(element)}>")
            elif inner not in self.verbatim:
                yield from self._strays(part, inner)


def shape(
    parts: Mapping[str, str],
    *,
    required: tuple[str, ...] = (),
    repeats: tuple[str, ...] = (),
    verbatim: tuple[str, ...] = (),
) -> Shape:
    """A shape whose names are written in one text, with spaces between them."""
    return Shape(
        {path: frozenset(names.split()) for path, names in parts.items()},
        required,
        frozenset(repeats),
        frozenset(verbatim),
    )


def once_each(found: Iterator[Found]) -> Iterator[Found]:
    """The first finding for each place."""
    seen: set[object] = set()
    for one in found:
        if one.place not in seen:
            seen.add(one.place)
            yield one


def wrong_boolean(root: Element, *paths: str) -> Iterator[Found]:
    """Elements that hold something, but neither true nor false."""
    for path in paths:
        for element in at(root, path):
            text = (element.text or "").strip().lower()
            if text and text not in ("true", "false"):
                yield Found(element, f"<{local_name(element)}> is neither true nor false")
