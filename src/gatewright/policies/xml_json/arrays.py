"""Which elements come out as arrays even when there is only one of them (`TreatAsArray`)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Self


@dataclass(frozen=True, slots=True)
class ArrayPath:
    """Element names from the root down. `unwrap`: the array takes the place of the object that holds it."""

    steps: tuple[str, ...]
    unwrap: bool = False
    array_name: str | None = None  # names the array in place of the element, or of the object it replaces

    @classmethod
    def parse(cls, text: str, *, unwrap: bool = False, array_name: str | None = None) -> Self:
        """From `root/child/grandchild`; blanks and empty steps do not count."""
        steps = tuple(step for part in text.split("/") if (step := part.strip()))
        return cls(steps, unwrap, array_name or None)


@dataclass(slots=True)
class ArrayTree:
    """The paths that go on below one element. Built once, then only read."""

    below: dict[str, "ArrayTree"] = field(default_factory=dict)
    path: ArrayPath | None = None  # the path that ends at this element
    unwrapped: ArrayPath | None = (
        None  # the path that ends at a child, whose array takes this element's place
    )

    @classmethod
    def of(cls, paths: Iterable[ArrayPath]) -> "ArrayTree | None":
        """The tree above the root element; None without paths, so that most documents skip the look-ups."""
        tree = cls()
        for path in paths:
            tree._add(path)
        return tree if tree.below else None

    def _add(self, path: ArrayPath) -> None:
        node, parent = self, self
        for step in path.steps:
            parent, node = node, node.below.setdefault(step, ArrayTree())
        node.path = path
        if path.unwrap:
            parent.unwrapped = path
