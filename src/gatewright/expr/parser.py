"""Reads a condition: operators, literals, precedence, and the sloppy forms that published bundles contain.

Grammar: docs.apigee.com/api-platform/reference/conditions-reference and apigeelint's
lib/peggy/Apigee-Condition.pegjs. What only published bundles do is accepted with a warning that says how it
is read.
"""

from dataclasses import dataclass
from functools import cached_property

from gatewright.expr.errors import ConditionError, RegexError
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
    variables_of,
)
from gatewright.expr.regex import compile_java_regex
from gatewright.expr.tokens import Kind, Token, tokens

MAX_LENGTH = 20_000
MAX_DEPTH = 64
"""Parentheses and negations inside each other. The tree is walked recursively; real ones stay under 10."""

_OPERATORS = {
    "=": Operator.EQUALS,
    "==": Operator.EQUALS,
    "equals": Operator.EQUALS,
    "is": Operator.EQUALS,
    "!=": Operator.NOT_EQUALS,
    "notequals": Operator.NOT_EQUALS,
    "isnot": Operator.NOT_EQUALS,
    ":=": Operator.EQUALS_CASE_INSENSITIVE,
    "equalscaseinsensitive": Operator.EQUALS_CASE_INSENSITIVE,
    ">": Operator.GREATER_THAN,
    "greaterthan": Operator.GREATER_THAN,
    ">=": Operator.GREATER_THAN_OR_EQUALS,
    "greaterthanorequals": Operator.GREATER_THAN_OR_EQUALS,
    "<": Operator.LESSER_THAN,
    "lesserthan": Operator.LESSER_THAN,
    "<=": Operator.LESSER_THAN_OR_EQUALS,
    "lesserthanorequals": Operator.LESSER_THAN_OR_EQUALS,
    "=|": Operator.STARTS_WITH,
    "startswith": Operator.STARTS_WITH,
    "~": Operator.MATCHES,
    "matches": Operator.MATCHES,
    "like": Operator.MATCHES,
    "~/": Operator.MATCHES_PATH,
    "/~": Operator.MATCHES_PATH,
    "matchespath": Operator.MATCHES_PATH,
    "likepath": Operator.MATCHES_PATH,
    "~~": Operator.JAVA_REGEX,
    "javaregex": Operator.JAVA_REGEX,
}
_CONNECTIVES = {"and": Connective.AND, "&&": Connective.AND, "or": Connective.OR, "||": Connective.OR}
_NAMED_LITERALS = {"true": True, "false": False, "null": None}


@dataclass(frozen=True, slots=True)
class ConditionWarning:
    """A form that is accepted, and how it is read."""

    message: str
    start: int
    end: int
    rule: str = "condition-form"
    """What a deploy check calls the finding."""


@dataclass(frozen=True)
class Condition:
    """A condition that parsed. `warnings` are in the order of the text."""

    text: str
    root: Expression
    warnings: tuple[ConditionWarning, ...] = ()

    @cached_property
    def variables(self) -> tuple[str, ...]:
        """The names of the variables read, each once, in order of first occurrence."""
        return tuple(dict.fromkeys(variable.name for variable in variables_of(self.root)))


def parse_condition(text: str) -> Condition:
    """Read a condition. An empty one always holds. Raises ConditionError."""
    if len(text) > MAX_LENGTH:
        raise ConditionError(f"longer than {MAX_LENGTH} characters", text, 0, 0)
    if not text.strip():
        warning = ConditionWarning("empty condition, read as true", 0, len(text))
        return Condition(text, Truth(Literal(True, 0, len(text))), (warning,))
    parser = _Parser(text)
    root = parser.whole()
    return Condition(text, root, tuple(sorted(parser.warnings, key=lambda warning: warning.start)))


class _Parser:
    """One pass over the tokens of one condition, by recursive descent."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.warnings: list[ConditionWarning] = []
        self._tokens = list(tokens(text))
        self._at = 0
        self._depth = 0

    def whole(self) -> Expression:
        root = self._chain()
        if self._next.kind is Kind.CLOSE:
            raise self._error("closing parenthesis without an opening one")
        if self._next.kind is not Kind.END:
            raise self._error("expected an operator, and, or, or the end")
        return root

    def _chain(self) -> Expression:
        start = self._next.start
        operands = [self._factor()]
        connectives: list[Connective] = []
        while (connective := self._connective()) is not None:
            connectives.append(connective)
            operands.append(self._factor())
        if not connectives:
            return operands[0]
        chain = Chain(tuple(operands), tuple(connectives))
        if chain.is_mixed:
            message = "`and` and `or` mixed without parentheses: `and` binds tighter"
            self._warn(message, start, self._last.end, "mixed-and-or")
        return chain

    def _connective(self) -> Connective | None:
        token = self._next
        if token.kind not in (Kind.WORD, Kind.SYMBOL):
            return None
        connective = _CONNECTIVES.get(token.text.lower())
        if connective is not None:
            self._take()
        return connective

    def _factor(self) -> Expression:
        if self._depth >= MAX_DEPTH:
            raise self._error(f"nested deeper than {MAX_DEPTH}")
        self._depth += 1
        try:
            if self._is_not(self._next):
                self._take()
                return Not(self._factor())
            if self._next.kind is Kind.OPEN:
                return self._group()
            return self._primary()
        finally:
            self._depth -= 1

    def _group(self) -> Expression:
        opening = self._take()
        inside = self._chain()
        if self._next.kind is Kind.CLOSE:
            self._take()
        elif self._next.kind is Kind.END:
            message = "missing closing parenthesis, read as closed at the end"
            self._warn(message, opening.start, opening.end, "unterminated")
        else:
            raise self._error("expected an operator, and, or, or a closing parenthesis")
        return inside

    def _primary(self) -> Expression:
        left = self._operand(is_left=True)
        is_negated, operator = self._operator()
        if operator is None:
            return self._truth(left)
        right = self._operand(is_left=False)
        self._check(left, operator, right)
        return Comparison(left, operator, right, is_negated)

    def _truth(self, operand: Operand) -> Truth:
        if isinstance(operand, Literal) and not isinstance(operand.value, bool):
            raise ConditionError(
                "a literal alone is no condition: compare it", self.text, operand.start, operand.end
            )
        return Truth(operand)

    def _operator(self) -> tuple[bool, Operator | None]:
        negation = self._take() if self._is_not(self._next) else None
        token = self._next
        operator = _OPERATORS.get(token.text.lower()) if token.kind in (Kind.WORD, Kind.SYMBOL) else None
        if operator is None:
            if negation is not None:
                raise self._error("expected an operator after `not`")
            if token.kind is Kind.WORD and token.text.lower() not in _CONNECTIVES:
                raise self._error(f"unknown operator {token.text}")
            return False, None
        if negation is not None and not operator.is_negatable:
            raise self._error(f"`not` cannot stand before {operator.value}: negate the whole comparison")
        self._take()
        if token.text == "/~":
            self._warn("`/~` is no operator, read as `~/` (MatchesPath)", token.start, token.end)
        return negation is not None, operator

    def _operand(self, *, is_left: bool) -> Operand:
        token = self._next
        if token.kind is Kind.WORD:
            return self._word(self._take())
        if token.kind is Kind.STRING:
            self._take()
            return Literal(token.text, token.start, token.end)
        if token.kind is Kind.NUMBER:
            self._take()
            return Literal(_number(token.text), token.start, token.end)
        if token.kind is Kind.QUOTED_NAME:
            self._take()
            return self._quoted_name(token, is_left=is_left)
        raise self._error("expected a variable or a literal" if is_left else "expected a value")

    def _word(self, token: Token) -> Operand:
        lower = token.text.lower()
        if lower in _CONNECTIVES:
            raise ConditionError(
                f"expected a condition, found `{token.text}`", self.text, token.start, token.end
            )
        if lower not in _NAMED_LITERALS:
            return Variable(token.text, token.start, token.end)
        if token.text != lower:
            self._warn(f"{token.text} is read as {lower}", token.start, token.end)
        return Literal(_NAMED_LITERALS[lower], token.start, token.end)

    def _quoted_name(self, token: Token, *, is_left: bool) -> Operand:
        if is_left:
            return Variable(token.text, token.start, token.end)
        self._warn(
            "single quotes on the right are read as a string, as double quotes", token.start, token.end
        )
        return Literal(token.text, token.start, token.end)

    def _check(self, left: Operand, operator: Operator, right: Operand) -> None:
        if isinstance(left, Literal):
            self._warn("a literal on the left of a comparison is read as a value", left.start, left.end)
        if isinstance(right, Variable):
            if operator.is_pattern:
                raise ConditionError(
                    f"{operator.value} needs a pattern in double quotes", self.text, right.start, right.end
                )
            return
        if operator.is_ordering and isinstance(right.value, str):
            self._warn("ordered against a string: compared as text, not as numbers", right.start, right.end)
        is_number = isinstance(right.value, int | float) and not isinstance(right.value, bool)
        if operator.is_negatable and is_number:
            raise ConditionError(f"{operator.value} needs a string", self.text, right.start, right.end)
        if operator is Operator.JAVA_REGEX and isinstance(right.value, str):
            self._check_regex(right.value, right.start + 1)

    def _check_regex(self, pattern: str, offset: int) -> None:
        try:
            compile_java_regex(pattern)
        except RegexError as error:
            raise ConditionError(
                error.message, self.text, offset + error.start, offset + error.end
            ) from error

    def _is_not(self, token: Token) -> bool:
        if token.kind is Kind.WORD:
            return token.text.lower() == "not"
        return token.kind is Kind.SYMBOL and token.text == "!"

    @property
    def _next(self) -> Token:
        return self._tokens[self._at]

    @property
    def _last(self) -> Token:
        return self._tokens[self._at - 1]

    def _take(self) -> Token:
        self._at += 1
        return self._tokens[self._at - 1]

    def _warn(self, message: str, start: int, end: int, rule: str = "condition-form") -> None:
        self.warnings.append(ConditionWarning(message, start, end, rule))

    def _error(self, message: str) -> ConditionError:
        return ConditionError(message, self.text, self._next.start, self._next.end)


def _number(text: str) -> int | float:
    """The value of a number as written, with Java's suffixes: `l` a long, `f` and `d` floating."""
    digits, suffix = (text[:-1], text[-1].lower()) if text[-1] in "fFdDlL" else (text, "")
    if suffix in ("f", "d") or "." in digits:
        return float(digits)
    return int(digits)
