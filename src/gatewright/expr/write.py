"""Writes a condition's tree back as text that reads as the same tree."""

from decimal import Decimal

from gatewright.expr.nodes import (
    Chain,
    Comparison,
    Expression,
    Literal,
    LiteralValue,
    Not,
    Operand,
    Truth,
)
from gatewright.expr.tokens import is_plain_name


def write_condition(node: Expression) -> str:
    """With Apigee's words for operators, and parentheses only where the tree needs them."""
    match node:
        case Truth(operand):
            return _operand(operand)
        case Comparison(left, operator, right, is_negated):
            negation = "not " if is_negated else ""
            return f"{_operand(left)} {negation}{operator.value} {_operand(right)}"
        case Not(operand):
            return f"not {_inside(operand)}"
        case Chain(operands, connectives):
            rest = zip(connectives, operands[1:], strict=True)
            joined = [f" {connective.value} {_inside(part)}" for connective, part in rest]
            return _inside(operands[0]) + "".join(joined)


def _inside(node: Expression) -> str:
    written = write_condition(node)
    return f"({written})" if isinstance(node, Chain) else written


def _operand(operand: Operand) -> str:
    if isinstance(operand, Literal):
        return _literal(operand.value)
    return operand.name if is_plain_name(operand.name) else f"'{operand.name}'"


def _literal(value: LiteralValue) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f"'{value}'" if '"' in value else f'"{value}"'
    if isinstance(value, float):
        written = format(Decimal(repr(value)), "f")
        return written if "." in written else f"{written}d"
    return str(value)
