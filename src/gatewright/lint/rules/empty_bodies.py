"""ST: policies that parse a body, attached where there may be none."""

from collections.abc import Iterator

from gatewright.expr import ConditionError, parse_condition
from gatewright.expr.nodes import Chain, Comparison, Expression, Literal, Not, Operator, Truth, Variable
from gatewright.lint.rule import Found, Rule
from gatewright.lint.subject import Policy, Step, Subject
from gatewright.lint.xml import child, children, text_at, text_of

_MESSAGES = frozenset({"request", "response", "message"})


def _json_extraction(subject: Subject) -> Iterator[Found]:
    return _extraction(subject, "JSONPayload")


def _xml_extraction(subject: Subject) -> Iterator[Found]:
    return _extraction(subject, "XMLPayload")


def _extraction(subject: Subject, payload: str) -> Iterator[Found]:
    for policy, step in _attached(subject, "ExtractVariables"):
        if child(policy.root, payload) is None:
            continue
        source = _source_of(policy)
        wanted = {f"{source}.content"} | (set() if source in _MESSAGES else {source})
        yield from _unguarded(policy, step, wanted, f"{source}.content")


def _form_extraction(subject: Subject) -> Iterator[Found]:
    for policy, step in _attached(subject, "ExtractVariables"):
        parameters = children(policy.root, "FormParam")
        if not parameters:
            continue
        source = _source_of(policy)
        names = {f"{source}.formparam.{each.get('name') or ''}" for each in parameters}
        yield from _unguarded(policy, step, names | {f"{source}.formstring"}, f"{source}.formstring")


def _json_protection(subject: Subject) -> Iterator[Found]:
    return _protection(subject, "JSONThreatProtection")


def _xml_protection(subject: Subject) -> Iterator[Found]:
    return _protection(subject, "XMLThreatProtection")


def _protection(subject: Subject, type_: str) -> Iterator[Found]:
    for policy, step in _attached(subject, type_):
        content = f"{_source_of(policy)}.content"
        yield from _unguarded(policy, step, {content}, content)


def _attached(subject: Subject, type_: str) -> Iterator[tuple[Policy, Step]]:
    for policy in subject.policies_of(type_):
        for step in subject.steps_of.get(policy.name, ()):
            yield policy, step


def _source_of(policy: Policy) -> str:
    return text_at(policy.root, "Source") or "message"


def _unguarded(policy: Policy, step: Step, wanted: set[str], example: str) -> Iterator[Found]:
    tested = {name for condition in step.conditions for name in _tested(text_of(condition))}
    if not tested & wanted:
        yield Found(
            step.element, f"{policy.name!r} runs also when there is no body: no condition tests {example}"
        )


def _tested(condition: str) -> Iterator[str]:
    """The variables that the condition compares with null or the empty text."""
    try:
        root = parse_condition(condition).root
    except ConditionError:
        return
    waiting: list[Expression] = [root]
    while waiting:
        match waiting.pop():
            case Chain(operands):
                waiting.extend(operands)
            case Not(Comparison(Variable(name), Operator.EQUALS, Literal(None | ""))):
                yield name
            case Not(inside):
                waiting.append(inside)
            case Comparison(Variable(name), Operator.NOT_EQUALS, Literal(None | "")):
                yield name
            case Comparison() | Truth():
                pass


_WHY = "A request without a body is common, and the policy faults on it or extracts nothing."
_MEND = "Give the step or its flow a condition such as `{} != null`."

RULES = (
    Rule(
        "ST003",
        "JSON extracted without a test for a body",
        _WHY,
        _MEND.format("request.content"),
        _json_extraction,
    ),
    Rule(
        "ST004",
        "XML extracted without a test for a body",
        _WHY,
        _MEND.format("request.content"),
        _xml_extraction,
    ),
    Rule(
        "ST005",
        "form parameters extracted without a test for a form",
        _WHY,
        _MEND.format("request.formstring"),
        _form_extraction,
    ),
    Rule(
        "ST006",
        "JSONThreatProtection without a test for a body",
        _WHY,
        _MEND.format("request.content"),
        _json_protection,
    ),
    Rule(
        "ST007",
        "XMLThreatProtection without a test for a body",
        _WHY,
        _MEND.format("request.content"),
        _xml_protection,
    ),
)
