"""PO: KeyValueMapOperations."""

from collections.abc import Iterator

from gatewright.lint.rule import Found, Rule
from gatewright.lint.subject import Subject
from gatewright.lint.xml import children


def _map_name(subject: Subject) -> Iterator[Found]:
    for policy in subject.policies_of("KeyValueMapOperations"):
        for name in children(policy.root, "MapName"):
            yield Found(name, "only Apigee X reads <MapName>")
        if policy.root.get("mapIdentifier") is None:
            yield Found(policy.root, "there is no mapIdentifier")


def _deprecated(subject: Subject) -> Iterator[Found]:
    for policy in subject.policies_of("KeyValueMapOperations"):
        for cache in children(policy.root, "ExclusiveCache"):
            yield Found(cache, "<ExclusiveCache> is deprecated")
        for extra in children(policy.root, "Scope")[1:]:
            yield Found(extra, "<Scope> stands twice")


RULES = (
    Rule(
        "PO038",
        "a key value map that is not named by mapIdentifier",
        "Edge takes the map's name from this attribute alone.",
        "Write mapIdentifier on the root element.",
        _map_name,
    ),
    Rule(
        "PO041",
        "settings of KeyValueMapOperations that are deprecated or repeated",
        "Edge caches entries by itself: the element has no effect. Of two scopes one counts.",
        "Remove <ExclusiveCache>, and keep one <Scope>.",
        _deprecated,
    ),
)
