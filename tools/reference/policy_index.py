"""docs/reference/policies/README.md: the policy types by category, and what all of them have."""

from collections.abc import Mapping, Sequence

from tools.reference.markdown import code, page, table
from tools.reference.policies import elements_table, ignored_table

from gatewright.bundle.describe import describe
from gatewright.policies.base import Policy
from gatewright.policies.known import KNOWN, KnownPolicy

_INTRODUCTION = """\
A policy is one XML file in a bundle's `policies` folder. Steps of flows call it by its `name`.

Gatewright imports every policy type that it recognises. A type that it does not carry out yet is named in a
warning when the bundle is deployed, and a step that runs it faults, so that nothing is skipped silently."""


def policy_index(policies: Sequence[type[Policy]]) -> str:
    by_root = {one.type.root: one for one in policies}
    categories = list(dict.fromkeys(known.category for known in KNOWN))
    return page(
        "Policies",
        _INTRODUCTION,
        *(f"## {category}\n\n{_types(category, by_root)}" for category in categories),
        f"## What every policy has\n\n{elements_table(describe(Policy))}",
        f"Accepted in every policy, without effect:\n\n{ignored_table(Policy.ignores)}",
    )


def _types(category: str, policies: Mapping[str, type[Policy]]) -> str:
    rows = (_row(known, policies.get(known.root)) for known in KNOWN if known.category == category)
    return table(("Policy", "Root element", "In Gatewright"), rows)


def _row(known: KnownPolicy, one: type[Policy] | None) -> tuple[str, str, str]:
    name = f"[{known.display}]({known.root}.md)" if one else known.display
    if one is None:
        status = "imported; running it faults"
    else:
        status = "carried out" if one.is_deployable else "imported; refused at deployment"
    return name, code(f"<{known.root}>"), status if known.is_edge else f"{status} (Apigee X only)"
