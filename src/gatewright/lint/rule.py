"""What a rule is: data that says what it looks for, why, and how to mend it, and a function that looks."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from gatewright.bundle.diagnostics import Diagnostic
from gatewright.bundle.source import Source
from gatewright.lint.subject import Subject
from gatewright.xml import Element

_NUMBER = re.compile(r"\[[0-9]+\]")

Place: TypeAlias = Element | Source | str
"""An element, a place in a file, or the path of a whole file within the bundle."""


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that a rule found, still without the rule's name."""

    place: Place
    message: str


Check: TypeAlias = Callable[[Subject], Iterator[Found]]


@dataclass(frozen=True, slots=True)
class Adoption:
    """The name of a deploy check that finds the same: its findings appear under the rule's id.

    root: only in files whose root element has this name. element: only at elements of this name, or at a
    path that ends so, such as `Step/Name`.
    """

    name: str
    root: str = ""
    element: str = ""

    def covers(self, diagnostic: Diagnostic, root: str) -> bool:
        """Whether the finding of a deploy check, in a file with this root element, is the rule's."""
        return (
            diagnostic.rule == self.name
            and self.root in ("", root)
            and f"/{_NUMBER.sub('', diagnostic.element)}".endswith(f"/{self.element}" if self.element else "")
        )


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule. One that is apigeelint's too has apigeelint's id, such as `PO006`, and means the same."""

    id: str
    what: str
    """What is found, in a few words."""
    why: str
    mend: str
    check: Check | None = None
    """Looks at what no deployment refuses; None when a deploy check finds it all."""
    adopts: tuple[Adoption, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """Something found, with its rule. Errors are what a deployment refuses; rules of ours only warn."""

    rule: Rule
    diagnostic: Diagnostic
    excerpt: str = ""
    """The line of the file, without its end."""
