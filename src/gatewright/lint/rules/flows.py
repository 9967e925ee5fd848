"""FL, CC008: which flows, fault rules and routes can ever be chosen."""

from collections.abc import Iterator
from dataclasses import replace

from gatewright.expr.nodes import Chain, Comparison, Expression, Not, Operator
from gatewright.lint.rule import Adoption, Found, Rule
from gatewright.lint.subject import Subject, condition_of
from gatewright.lint.xml import children, has_condition
from gatewright.xml import Element


def _unconditional(subject: Subject) -> Iterator[Found]:
    """The flows after one without a condition, where no deploy check has said so already."""
    for endpoint in subject.endpoints:
        bare = [flow for flow in endpoint.flows if not has_condition(flow)]
        if bare and bare[0] is not endpoint.flows[-1]:
            yield Found(
                endpoint.flows[-1], f"the flow in line {subject.line(bare[0])} has no condition: none follows"
            )


def _repeated(subject: Subject) -> Iterator[Found]:
    for endpoint in subject.endpoints:
        routes = tuple(children(endpoint.root, "RouteRule"))
        for what, rules in (
            ("flow", endpoint.flows),
            ("fault rule", endpoint.fault_rules),
            ("route rule", routes),
        ):
            yield from _repeated_among(what, [rule for rule in rules if has_condition(rule)], subject)


def _repeated_among(what: str, rules: list[Element], subject: Subject) -> Iterator[Found]:
    names: dict[str, Element] = {}
    conditions: dict[Expression, Element] = {}
    for rule in rules:
        name = rule.get("name") or ""
        if name in names:
            yield Found(rule, f"the {what} in line {subject.line(names[name])} has the name {name!r} too")
            continue
        names[name] = rule
        condition = condition_of(rule)
        if condition is None:
            continue
        other = conditions.setdefault(normal_form(condition.root), rule)
        if other is not rule:
            yield Found(
                rule, f"the {what} in line {subject.line(other)} has the same condition and comes first"
            )


def normal_form(expression: Expression) -> Expression:
    """The expression with the parts of each chain in one order, and negations of comparisons in them.

    Equal forms mean equal conditions, whatever spelling of an operator and whatever order was written.
    """
    match expression:
        case Not(Comparison() as comparison):
            return _negated(comparison)
        case Not(Not(inside)):
            return normal_form(inside)
        case Not(inside):
            return Not(normal_form(inside))
        case Chain(operands, connectives) if not expression.is_mixed:
            parts = sorted(map(normal_form, operands), key=repr_of)
            return Chain(tuple(dict.fromkeys(parts)), connectives[:1])
        case Chain(operands, connectives):
            return Chain(tuple(map(normal_form, operands)), connectives)
    return expression


def _negated(comparison: Comparison) -> Expression:
    match comparison.operator:
        case Operator.EQUALS:
            return replace(comparison, operator=Operator.NOT_EQUALS)
        case Operator.NOT_EQUALS:
            return replace(comparison, operator=Operator.EQUALS)
    if comparison.operator.is_negatable:
        return replace(comparison, is_negated=not comparison.is_negated)
    return Not(comparison)


def repr_of(expression: Expression) -> str:
    """A text that is equal for equal expressions, whatever their places."""
    match expression:
        case Not(inside):
            return f"not({repr_of(inside)})"
        case Chain(operands, connectives):
            return f"({' '.join(map(repr_of, operands))} {[each.value for each in connectives]})"
        case Comparison(left, operator, right, is_negated):
            return f"{_operand(left)} {is_negated} {operator.value} {_operand(right)}"
    return _operand(expression.operand)


def _operand(operand: object) -> str:
    value = getattr(operand, "value", None)
    return f"{type(value).__name__}:{value!r}:{getattr(operand, 'name', '')}"


RULES = (
    Rule(
        "CC008",
        "two flows, fault rules or routes with one name or one condition",
        "Only the first whose condition holds is chosen, so the second never is; one name makes traces and "
        "analytics ambiguous.",
        "Join the two, or correct the one that was copied.",
        _repeated,
    ),
    Rule(
        "FL001",
        "a flow after one that has no condition",
        "Only the first conditional flow whose condition holds runs; without a condition it always holds.",
        "Move the flow without a condition to the end, or give it a condition.",
        _unconditional,
        adopts=(Adoption("unreachable", element="Flow"),),
    ),
)
