"""Findings as SARIF 2.1.0 (docs.oasis-open.org/sarif/sarif/v2.1.0), which code hosts and editors show."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final
from urllib.parse import quote

from gatewright import __version__
from gatewright.bundle.diagnostics import Severity
from gatewright.lint.reports import Json, Located
from gatewright.lint.rule import Rule

_SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def sarif_text(findings: Sequence[Located]) -> str:
    """One run. Its rules are those that were found, by id."""
    rules = sorted({located.finding.rule for located in findings}, key=lambda rule: rule.id)
    index = {rule.id: number for number, rule in enumerate(rules)}
    driver: Json = {
        "name": "gatewright",
        "version": __version__,
        "rules": [_descriptor(rule) for rule in rules],
    }
    run: Json = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(located, index) for located in findings],
    }
    return (
        json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=False)
        + "\n"
    )


def _descriptor(rule: Rule) -> Json:
    """A rule (§3.49): what it finds, why, and how to mend it."""
    return {
        "id": rule.id,
        "shortDescription": {"text": rule.what},
        "fullDescription": {"text": f"{rule.what}. {rule.why}"},
        "help": {
            "text": f"{rule.why} {rule.mend}",
            "markdown": f"**Why:** {rule.why}\n\n**Mend:** {rule.mend}",
        },
        "defaultConfiguration": {"level": "warning"},
    }


def _result(located: Located, index: Mapping[str, int]) -> Json:
    """A finding (§3.27)."""
    found = located.finding.diagnostic
    place: dict[str, Json] = {"artifactLocation": {"uri": quote(Path(located.path).as_posix(), safe="/:")}}
    if found.line:
        region: dict[str, Json] = {"startLine": found.line, "startColumn": max(found.column, 1)}
        if located.finding.excerpt:
            region["snippet"] = {"text": located.finding.excerpt}
        place["region"] = region
    location: dict[str, Json] = {"physicalLocation": place}
    if found.element:
        location["logicalLocations"] = [{"fullyQualifiedName": found.element, "kind": "element"}]
    return {
        "ruleId": located.finding.rule.id,
        "ruleIndex": index[located.finding.rule.id],
        "level": "error" if found.severity is Severity.ERROR else "warning",
        "message": {"text": found.message},
        "locations": [location],
    }
