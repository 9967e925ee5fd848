"""PO: ExtractVariables and RegularExpressionProtection."""

import re
from collections.abc import Iterator

from gatewright.bundle.readers import ANY_ELEMENT, local_name
from gatewright.expr import ExpressionError, compile_jsonpath
from gatewright.lint.rule import Adoption, Found, Rule
from gatewright.lint.subject import Subject
from gatewright.lint.xml import at, children, elements_of, text_of

_TYPES = frozenset({"boolean", "double", "float", "integer", "long", "nodeset", "string"})
_PATTERNED = ("Variable", "URIPath", "QueryParam", "Header", "FormParam")
_GROUP = re.compile(r"\(\?(?!i\))")


def _shape(subject: Subject) -> Iterator[Found]:
    for policy in subject.policies_of("ExtractVariables"):
        for name in ("JSONPayload", "XMLPayload"):
            payloads = children(policy.root, name)
            for extra in payloads[1:]:
                yield Found(extra, f"<{name}> stands twice")
            for payload in payloads[:1]:
                variables = children(payload, "Variable")
                if not variables:
                    yield Found(payload, f"<{name}> names no <Variable>")
                for variable in variables:
                    if variable.get("type") and variable.get("type") not in _TYPES:
                        yield Found(variable, f"there is no type {variable.get('type')!r}")
        for element in children(policy.root, *_PATTERNED):
            parts = list(elements_of(element))
            if not parts:
                yield Found(element, f"<{local_name(element)}> has no <Pattern>")
            for part in parts:
                if local_name(part) != "Pattern":
                    yield Found(part, f"<{local_name(part)}> has no place in <{local_name(element)}>")


def _json_paths(subject: Subject) -> Iterator[Found]:
    for policy in subject.policies_of("ExtractVariables"):
        for payload in children(policy.root, "JSONPayload")[:1]:
            for path in at(payload, "Variable/JSONPath"):
                problem = _path_problem(text_of(path))
                if problem is not None:
                    yield Found(path, problem)


def _path_problem(text: str) -> str | None:
    if not text:
        return "<JSONPath> is empty"
    if "{" in text or "}" in text:
        return None if _is_balanced(text) else f"the braces in {text!r} do not match"
    try:
        compile_jsonpath(text)
    except ExpressionError as error:
        return f"the path does not parse: {error.message}"
    return None


def _is_balanced(text: str) -> bool:
    depth = 0
    for character in text:
        depth += (character == "{") - (character == "}")
        if depth < 0:
            return False
    return depth == 0


def _looking_around(subject: Subject) -> Iterator[Found]:
    for policy in subject.policies_of("RegularExpressionProtection"):
        for element in policy.root.iter(ANY_ELEMENT):
            if local_name(element) == "Pattern" and _GROUP.search(text_of(element)):
                yield Found(element, "the pattern looks around, or has another group that begins with (?")


RULES = (
    Rule(
        "PO018",
        "a pattern that looks ahead or behind",
        "It is slow on long texts, and every message is searched with it.",
        "Write the pattern without (?…); (?i) is fine.",
        _looking_around,
    ),
    Rule(
        "PO033",
        "an ExtractVariables without patterns or variables, or with unknown types",
        "What it is to extract is not said, so nothing is extracted.",
        "Give each source a <Pattern>, each payload a <Variable>, and variables a type that there is.",
        _shape,
        adopts=(
            Adoption("unknown-element", "ExtractVariables"),
            Adoption("repeated-element", "ExtractVariables"),
            Adoption("missing-value", "ExtractVariables"),
            Adoption("invalid-value", "ExtractVariables", "Variable"),
        ),
    ),
    Rule(
        "PO040",
        "a JSONPath that does not parse",
        "Nothing is extracted, and the policy faults when it runs.",
        "Correct the path; it begins with $.",
        _json_paths,
        adopts=(Adoption("JSONPathCompilationFailed"),),
    ),
)
