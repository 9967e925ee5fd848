"""CC006: conditions that no request can meet, or every request does.

Each comparison counts as an unknown that is true or false, except that a variable cannot equal two different
literals at once, that NotEquals is the opposite of Equals, and that a comparison repeated has one value. All
combinations are tried, so a condition is called absurd only when it is so whatever the variables hold.
"""

from collections.abc import Iterator, Mapping
from itertools import product
from typing import TypeAlias

from gatewright.expr.nodes import (
    Chain,
    Comparison,
    Connective,
    Expression,
    Literal,
    Not,
    Operand,
    Operator,
    Truth,
    Variable,
)
from gatewright.lint.rule import Found, Rule
from gatewright.lint.subject import Subject

_MAX_UNKNOWNS = 12  # 4096 combinations: a few milliseconds
Unknown: TypeAlias = tuple[Operand, Operator | None, Operand | None]


def _absurd(subject: Subject) -> Iterator[Found]:
    for use in subject.conditions:
        verdict = None if use.parsed is None else constant_value(use.parsed.root)
        if verdict is not None:
            yield Found(
                use.element, "the condition always holds" if verdict else "the condition can never hold"
            )


def constant_value(expression: Expression) -> bool | None:
    """What the expression always is; None when that depends, or when there is too much to try.

    A literal alone is left to the rule for literals.
    """
    unknowns = tuple(dict.fromkeys(_unknowns(expression)))
    if not unknowns or len(unknowns) > _MAX_UNKNOWNS:
        return None
    seen: set[bool] = set()
    for values in product((False, True), repeat=len(unknowns)):
        world = dict(zip(unknowns, values, strict=True))
        if _is_possible(world):
            seen.add(_value(expression, world))
            if len(seen) == 2:
                return None
    return seen.pop()


def _unknowns(expression: Expression) -> Iterator[Unknown]:
    match expression:
        case Truth(Variable() as variable):
            yield (variable, None, None)
        case Comparison():
            yield _unknown_of(expression)
        case Not(inside):
            yield from _unknowns(inside)
        case Chain(operands):
            for operand in operands:
                yield from _unknowns(operand)


def _unknown_of(comparison: Comparison) -> Unknown:
    """The unknown behind a comparison: a != b asks about a = b."""
    operator = comparison.operator
    return (
        comparison.left,
        Operator.EQUALS if operator is Operator.NOT_EQUALS else operator,
        comparison.right,
    )


def _is_possible(world: Mapping[Unknown, bool]) -> bool:
    """Whether no variable equals two different literals."""
    values: dict[Operand, Operand] = {}
    for (left, operator, right), holds in world.items():
        if not holds or operator is not Operator.EQUALS or not isinstance(right, Literal):
            continue
        if values.setdefault(left, right) != right:
            return False
    return True


def _value(expression: Expression, world: Mapping[Unknown, bool]) -> bool:
    match expression:
        case Truth(Literal(value)):
            return value is True
        case Truth(variable):
            return world[(variable, None, None)]
        case Not(inside):
            return not _value(inside, world)
        case Comparison(operator=operator, is_negated=is_negated):
            holds = world[_unknown_of(expression)]
            return holds != (is_negated or operator is Operator.NOT_EQUALS)
    return _chain_value(expression, world)


def _chain_value(chain: Chain, world: Mapping[Unknown, bool]) -> bool:
    """`and` binds tighter than `or`."""
    groups = [[chain.operands[0]]]
    for connective, operand in zip(chain.connectives, chain.operands[1:], strict=True):
        if connective is Connective.OR:
            groups.append([operand])
        else:
            groups[-1].append(operand)
    return any(all(_value(each, world) for each in group) for group in groups)


RULES = (
    Rule(
        "CC006",
        "a condition that can never hold, or always does",
        "What it guards never runs, or the condition is for nothing: something was copied, or `and` was "
        "meant for `or`.",
        "Correct the comparison, or remove the condition or what it guards.",
        _absurd,
    ),
)
