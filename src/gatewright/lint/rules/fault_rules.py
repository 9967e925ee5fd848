"""FR: fault rules."""

from collections.abc import Iterator

from gatewright.bundle.readers import local_name
from gatewright.lint.rule import Adoption, Found, Rule
from gatewright.lint.subject import Subject
from gatewright.lint.xml import children, elements_of, has_condition

_DEFAULT_RULE = frozenset({"AlwaysEnforce", "Step", "Condition", "Description"})


def _shadowing(subject: Subject) -> Iterator[Found]:
    """Proxy endpoints try their fault rules from the last to the first, target endpoints from the first."""
    for endpoint in subject.endpoints:
        rules = endpoint.fault_rules
        tried_before = rules[1:] if endpoint.kind == "ProxyEndpoint" else rules[:-1]
        for rule in tried_before:
            if not has_condition(rule):
                yield Found(
                    rule, f"the fault rule {rule.get('name') or ''!r} has no condition and is not tried last"
                )


def _default_rule(subject: Subject) -> Iterator[Found]:
    for endpoint in subject.endpoints:
        for rule in children(endpoint.root, "DefaultFaultRule")[:1]:
            for part in elements_of(rule):
                if local_name(part) not in _DEFAULT_RULE:
                    yield Found(part, f"<{local_name(part)}> has no place in a <DefaultFaultRule>")
            for name in ("AlwaysEnforce", "Condition"):
                for extra in children(rule, name)[1:]:
                    yield Found(extra, f"<{name}> stands twice; the last one counts")


def _single(subject: Subject) -> Iterator[Found]:
    for endpoint in subject.endpoints:
        if len(endpoint.fault_rules) == 1 and not has_condition(endpoint.fault_rules[0]):
            yield Found(endpoint.fault_rules[0], "the only fault rule has no condition")


RULES = (
    Rule(
        "FR001",
        "a fault rule without a condition that hides others",
        "It answers every fault, so the rules that are tried after it never do. A proxy endpoint tries its "
        "fault rules from the last to the first, a target endpoint from the first to the last.",
        "Give it a condition, or move it where it is tried last, or make it the <DefaultFaultRule>.",
        _shadowing,
    ),
    Rule(
        "FR002",
        "a default fault rule with parts that it cannot have",
        "What it cannot have has no effect, and of what stands twice only one counts.",
        "Keep steps, one <Condition> and one <AlwaysEnforce>.",
        _default_rule,
        adopts=(
            Adoption("repeated-element", element="DefaultFaultRule/AlwaysEnforce"),
            Adoption("repeated-element", element="DefaultFaultRule/Condition"),
            Adoption("unknown-element", element="DefaultFaultRule/Description"),
        ),
    ),
    Rule(
        "FR003",
        "a single fault rule without a condition",
        "It answers every fault, which is what a default fault rule says more plainly.",
        "Make it the <DefaultFaultRule>, or give it the condition that it is meant for.",
        _single,
    ),
)
