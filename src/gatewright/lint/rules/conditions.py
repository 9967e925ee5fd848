"""CC: how conditions are written."""

from collections.abc import Iterator

from gatewright.expr.nodes import Chain, Comparison, Expression, Literal, Not, Truth
from gatewright.lint.rule import Adoption, Found, Rule
from gatewright.lint.subject import Subject
from gatewright.lint.xml import child, children, text_of

_MAX_LENGTH = 256
_MAX_TERMS = 12


def _bare_literal(subject: Subject) -> Iterator[Found]:
    for use in subject.conditions:
        literal = None if use.parsed is None else next(_bare_literals(use.parsed.root), None)
        if literal is not None:
            yield Found(
                use.written.at(literal.start), "a literal that stands alone decides the condition already"
            )


def _bare_literals(expression: Expression) -> Iterator[Literal]:
    match expression:
        case Truth(Literal() as literal):
            yield literal
        case Not(inside):
            yield from _bare_literals(inside)
        case Chain(operands):
            for operand in operands:
                yield from _bare_literals(operand)


def _empty(subject: Subject) -> Iterator[Found]:
    """Empty conditions of flows and rules; those of steps are the matter of a rule for steps."""
    for endpoint in subject.endpoints:
        for owner in (*endpoint.flows, *endpoint.fault_rules, *children(endpoint.root, "RouteRule")):
            condition = child(owner, "Condition")
            if condition is not None and not text_of(condition):
                yield Found(condition, "<Condition> is empty: it always holds")


def _long(subject: Subject) -> Iterator[Found]:
    for use in subject.conditions:
        if use.length > _MAX_LENGTH:
            yield Found(use.element, f"the condition has {use.length} characters, more than {_MAX_LENGTH}")


def _complex(subject: Subject) -> Iterator[Found]:
    for use in subject.conditions:
        count = 0 if use.parsed is None else _terms(use.parsed.root)
        if count > _MAX_TERMS:
            yield Found(use.element, f"the condition has {count} terms and operators, more than {_MAX_TERMS}")


def _terms(expression: Expression) -> int:
    """How many operands, comparisons, negations and connectives it has."""
    match expression:
        case Comparison(is_negated=is_negated):
            return 3 + is_negated
        case Not(inside):
            return 1 + _terms(inside)
        case Chain(operands, connectives):
            return sum(map(_terms, operands)) + len(connectives)
    return 1


RULES = (
    Rule(
        "CC001",
        "a literal that stands alone in a condition",
        "true or false needs no request to be decided: the rest of the condition, or the step, is dead.",
        "Remove the literal, or the step that it switches off.",
        _bare_literal,
    ),
    Rule(
        "CC003",
        f"a condition of more than {_MAX_LENGTH} characters",
        "Nobody can see at a glance when it holds, and a trace shows only the whole.",
        "Set a variable in an earlier step, or split the flow.",
        _long,
    ),
    Rule(
        "CC004",
        f"a condition of more than {_MAX_TERMS} terms and operators",
        "Nobody can see at a glance when it holds, and a trace shows only the whole.",
        "Set a variable in an earlier step, or split the flow.",
        _complex,
    ),
    Rule(
        "CC005",
        "a condition with a text or parenthesis that does not end",
        "What follows is read as part of the text, so the condition does not parse, or means something else.",
        "Add the missing quotation mark or parenthesis.",
        adopts=(Adoption("unterminated"),),
    ),
    Rule(
        "CC007",
        "a condition outside of Apigee's grammar",
        "Apigee may refuse it or read it in another way.",
        "Use the operators of the conditions reference, variables on the left, texts in double quotes.",
        _empty,
        adopts=(Adoption("condition"), Adoption("condition-form")),
    ),
)
