"""BN: policies that say the same twice, or work against each other."""

from collections.abc import Iterator
from typing import TypeAlias

from gatewright.bundle.readers import local_name
from gatewright.lint.rule import Found, Rule
from gatewright.lint.subject import Policy, Subject
from gatewright.lint.xml import at, elements_of, text_of
from gatewright.xml import Element

_Content: TypeAlias = tuple[str, tuple[tuple[str, str], ...], str, tuple["_Content", ...]]


def _duplicates(subject: Subject) -> Iterator[Found]:
    """Every policy but the first, by name, of those that hold the same."""
    first: dict[_Content, Policy] = {}
    for policy in sorted(subject.policies, key=lambda policy: policy.name):
        other = first.setdefault(_content(policy.root, is_root=True), policy)
        if other is not policy:
            yield Found(policy.root, f"the policy {policy.name!r} holds the same as {other.name!r}")


def _content(element: Element, *, is_root: bool = False) -> _Content:
    """What an element says, without comments, the order of attributes, and the root's own name."""
    attributes = sorted((str(key), str(value)) for key, value in element.attrib.items())
    kept = tuple(pair for pair in attributes if not (is_root and pair[0] == "name"))
    parts = tuple(_content(each) for each in elements_of(element))
    return (local_name(element), kept, "" if parts else text_of(element), parts)


def _statistics(subject: Subject) -> Iterator[Found]:
    collectors = list(subject.policies_of("StatisticsCollector"))
    attached = [policy for policy in collectors if subject.steps_of.get(policy.name)]
    yield from _same_statistics(collectors)
    for policy in attached:
        steps = subject.steps_of[policy.name]
        if all(step.is_conditional for step in steps):
            continue
        if len(attached) > 1:
            yield Found(
                policy.root, f"{policy.name!r} is attached without a condition, and is not the only one"
            )
        if len(steps) > 1:
            yield Found(
                policy.root, f"{policy.name!r} is attached {len(steps)} times, not always with a condition"
            )


def _same_statistics(collectors: list[Policy]) -> Iterator[Found]:
    seen: dict[tuple[_Content, ...], Policy] = {}
    for policy in collectors:
        content = tuple(_content(each) for each in at(policy.root, "Statistics"))
        other = seen.setdefault(content, policy)
        if other is not policy:
            yield Found(policy.root, f"{policy.name!r} collects the same as {other.name!r}")


RULES = (
    Rule(
        "BN009",
        "statistics collectors that run in one call",
        "Only the last StatisticsCollector of a call counts, so what the others collect is lost.",
        "Give every step but one a condition, so that each call runs one of them.",
        _statistics,
    ),
    Rule(
        "BN014",
        "two policies that hold the same",
        "A change to one is easily forgotten in the other.",
        "Keep one of them and attach it in both places.",
        _duplicates,
    ),
)
