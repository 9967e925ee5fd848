"""What makes ExtractVariables undeployable, with the words and names of Edge's deployment errors.

docs: Extract Variables deployment error troubleshooting.
"""

from collections.abc import Iterator

from gatewright.bundle.diagnostics import Report
from gatewright.bundle.source import Source
from gatewright.policies.extract.elements import Extraction, JSONPayload, URIPath, XMLPayload

Problem = tuple[str, str, Source]
"""The rule, the message, and the place."""


def check_extractions(name: str, extractions: tuple[Extraction, ...], report: Report) -> None:
    """Add what is wrong with the patterns' elements."""
    for extraction in extractions:
        if not isinstance(extraction, URIPath) and not extraction.name:
            _report(_missing_name(name, extraction.xml_name, extraction.source), report)


def check_json(name: str, payload: JSONPayload, report: Report) -> None:
    for problem in _json_problems(name, payload):
        _report(problem, report)


def check_xml(name: str, payload: XMLPayload, report: Report) -> None:
    for problem in (*_namespace_problems(name, payload), *_xml_problems(name, payload)):
        _report(problem, report)


def _json_problems(name: str, payload: JSONPayload) -> Iterator[Problem]:
    who = f"ExtractVariables {name}"
    for variable in payload.variables:
        if not variable.name:
            yield _missing_name(name, "Variable", variable.source)
        if not variable.paths:
            message = f"{who}: no jsonpaths to evaluate in variable {variable.name}"
            yield "NoJSONPathsToEvaluate", message, variable.source
        elif not all(path.text.strip() for path in variable.paths):
            message = f"{who}: JSONPath expression is empty in variable {variable.name}"
            yield "EmptyJSONPathExpression", message, variable.source


def _xml_problems(name: str, payload: XMLPayload) -> Iterator[Problem]:
    who = f"ExtractVariables {name}"
    for variable in payload.variables:
        if not variable.name:
            yield _missing_name(name, "Variable", variable.source)
        if not variable.paths:
            message = f"{who}: no xpaths to evaluate in variable {variable.name}"
            yield "NoXPathsToEvaluate", message, variable.source
        elif not all(path.strip() for path in variable.paths):
            message = f"{who}: XPath expression is empty in variable {variable.name}"
            yield "EmptyXPathExpression", message, variable.source


def _namespace_problems(name: str, payload: XMLPayload) -> Iterator[Problem]:
    seen: set[str] = set()
    for namespace in payload.namespaces:
        prefix = namespace.prefix
        if prefix and not namespace.uri:
            message = f"ExtractVariables {name}: Non-empty prefix {prefix} cannot be mapped to empty uri"
            yield "NONEmptyPrefixMappedToEmptyURI", message, namespace.source
        if prefix in seen:
            yield "DuplicatePrefix", f"ExtractVariables {name}: Duplicate prefix {prefix}", namespace.source
        seen.add(prefix)


def _missing_name(name: str, element: str, source: Source) -> Problem:
    return "MissingName", f"ExtractVariables {name}: Required attribute name is missing in {element}", source


def _report(problem: Problem, report: Report) -> None:
    rule, message, source = problem
    report.error(message, source, rule=rule)
