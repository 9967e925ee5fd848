"""Findings for programs: a JSON array with a record for each."""

import json
from collections.abc import Sequence

from gatewright.lint.reports import Json, Located


def json_text(findings: Sequence[Located]) -> str:
    return json.dumps([_record(located) for located in findings], indent=2, ensure_ascii=False) + "\n"


def _record(located: Located) -> Json:
    """line and column count from 1 and are 0 when the finding is of the whole file."""
    found, rule = located.finding.diagnostic, located.finding.rule
    return {
        "file": located.path,
        "line": found.line,
        "column": found.column,
        "severity": str(found.severity),
        "rule": rule.id,
        "element": found.element,
        "message": found.message,
        "why": rule.why,
        "mend": rule.mend,
    }
