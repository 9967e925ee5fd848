"""Every rule, and which of them a deploy check's finding belongs to."""

import re
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from gatewright.bundle.diagnostics import Diagnostic
from gatewright.lint.rule import Rule
from gatewright.lint.rules import (
    assign_message,
    availability,
    caches,
    callouts,
    condition_truth,
    conditions,
    deployment,
    empty_bodies,
    extraction,
    fault_rules,
    flows,
    key_value_maps,
    load_balancing,
    names,
    placement,
    proxy_endpoints,
    repeated,
    steps,
    structure,
    target_endpoints,
    target_tls,
    tokens,
    traffic,
    unused,
)

_APIGEELINT_ID = re.compile(r"[A-Z]{2}[0-9]{3}")
_FAMILIES: Final = (
    structure, unused, repeated, proxy_endpoints, target_endpoints, target_tls, load_balancing, placement,
    flows, steps, empty_bodies, fault_rules, conditions, condition_truth, names, assign_message, traffic,
    caches, callouts, extraction, key_value_maps, tokens, availability, deployment,
)  # fmt: skip

RULES: Final[tuple[Rule, ...]] = tuple(
    sorted((rule for family in _FAMILIES for rule in family.RULES), key=lambda rule: rule.id)
)
"""By id: those that are apigeelint's too come first, since theirs are in capitals."""
RULE_BY_ID: Final[Mapping[str, Rule]] = MappingProxyType({rule.id: rule for rule in RULES})


def is_shared(rule: Rule) -> bool:
    """Whether apigeelint has the rule, too."""
    return _APIGEELINT_ID.fullmatch(rule.id) is not None


def rule_of(diagnostic: Diagnostic, root: str) -> Rule:
    """The rule that a deploy check's finding belongs to; `root`: the root element's name of its file."""
    for rule in RULES:
        if any(adoption.covers(diagnostic, root) for adoption in rule.adopts):
            return rule
    return replace(deployment.APIGEE_ERROR, id=diagnostic.rule or deployment.APIGEE_ERROR.id)
