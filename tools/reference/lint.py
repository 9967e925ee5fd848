"""docs/reference/lint.md: every rule, why it is one and how to mend what it finds."""

import re
from collections.abc import Iterable

from tools.reference.markdown import code, page, table

from gatewright.lint.catalogue import RULES, is_shared
from gatewright.lint.rule import Rule
from gatewright.lint.unbuilt import UNBUILT

_ELEMENTS = re.compile(r"(?:</?[A-Za-z][^<>]*>[^<>`]*(?=</))*</?[A-Za-z][^<>]*>")
_FAMILIES = {
    "BN": "Bundles",
    "CC": "Conditions",
    "DC": "Deprecated policies",
    "EP": "Endpoints",
    "FE": "Features",
    "FL": "Flows",
    "FR": "Fault rules",
    "PD": "Proxy endpoints",
    "PO": "Policies",
    "ST": "Steps",
    "TD": "Target endpoints",
}

_INTRODUCTION = """\
`gatewright lint BUNDLE…` checks bundles of proxies and shared flows without a server: folders and zips.

An **error** is what a deployment refuses. A **warning** never stops a deployment: something has no effect,
does not do what it seems to, or is better written in another way. The status is 1 when there are errors, or
more warnings than `--max-warnings` says; 2 when the command is used wrongly.

Rules that [apigeelint](https://github.com/apigee/apigeelint) has, too, go by its ids and mean the same for
Edge; [how far both agree](../develop/lint-agreement.md) is measured on published bundles. Where a deployment
finds the same as a rule does, there is one finding, by the rule's id.

`--only TD,FL001` warns by some rules alone, `--ignore PO007` not by others; both take ids and their
beginnings.
A comment switches a warning off for the line after it, and at the top of a file for its root element:
`<!-- gatewright disable=PO007 -->`. apigeelint's own comments count, too."""

_OWN = """\
These have no counterpart in apigeelint; most are what a deployment finds. Names in capitals and small
letters, such as `InvalidQuotaInterval`, are Apigee's own names of deployment errors and stand in the page of
the policy."""


def lint_page() -> str:
    shared = [rule for rule in RULES if is_shared(rule)]
    return page(
        "Lint",
        _INTRODUCTION,
        *(_family(prefix, title, shared) for prefix, title in _FAMILIES.items()),
        f"## Gatewright's own\n\n{_OWN}\n\n{_rules(rule for rule in RULES if not is_shared(rule))}",
        f"## What apigeelint has and Gatewright has not\n\n{_unbuilt()}",
    )


def _family(prefix: str, title: str, rules: Iterable[Rule]) -> str:
    return f"## {title}\n\n{_rules(rule for rule in rules if rule.id.startswith(prefix))}"


def _rules(rules: Iterable[Rule]) -> str:
    rows = ((code(rule.id), rule.what, rule.why, rule.mend) for rule in rules)
    cells = ([_escaped(cell) for cell in row] for row in rows)
    return table(("Rule", "What it finds", "Why", "How to mend it"), cells)


def _escaped(text: str) -> str:
    """Element names as code: a bare `<Name>` would be taken for HTML."""
    parts = text.split("`")
    return "`".join(part if number % 2 else _elements(part) for number, part in enumerate(parts))


def _elements(text: str) -> str:
    return _ELEMENTS.sub(r"`\g<0>`", text)


def _unbuilt() -> str:
    rows = ((", ".join(map(code, each.ids)), each.subject, each.reason) for each in UNBUILT)
    return table(("Rule", "About", "Why not"), rows)
