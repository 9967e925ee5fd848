"""Which rules are asked for: by id, or by the beginning of one, such as `TD` for target endpoints."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from gatewright.bundle.diagnostics import Severity
from gatewright.lint.catalogue import RULES
from gatewright.lint.rule import Finding

_APIGEE_NAME = re.compile(r"[A-Z][a-z]+[A-Za-z]*")


class UnknownRule(ValueError):
    """There is no rule whose id begins so."""


@dataclass(frozen=True, slots=True)
class Selection:
    """only: empty for every rule. Errors are always selected: they are what a deployment refuses."""

    only: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()

    def takes(self, finding: Finding) -> bool:
        if finding.diagnostic.severity is Severity.ERROR:
            return True
        id_ = finding.rule.id
        return (not self.only or id_.startswith(self.only)) and not id_.startswith(self.ignored or ("\0",))


def read_rules(texts: Iterable[str]) -> tuple[str, ...]:
    """The beginnings of ids in texts such as `PO007,TD`. Raises UnknownRule."""
    names = tuple(name.strip() for text in texts for name in text.split(",") if name.strip())
    for name in names:
        if not any(rule.id.startswith(name) for rule in RULES) and _APIGEE_NAME.fullmatch(name) is None:
            close = get_close_matches(name, [rule.id for rule in RULES], 1)
            hint = f"; did you mean {close[0]}?" if close else ""
            raise UnknownRule(f"there is no rule {name!r}{hint}")
    return names
