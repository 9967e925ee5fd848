"""`gatewright lint`: what is wrong with bundles, found without a server."""

import json
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gatewright import __version__
from gatewright.cli.server import Json

if TYPE_CHECKING:
    from gatewright.bundle.diagnostics import Diagnostic

_FINDINGS = 1


@dataclass(frozen=True, slots=True)
class Finding:
    """A diagnostic of one of the bundles; `path` leads to the file, through the zip where it is one."""

    path: str
    diagnostic: "Diagnostic"


@click.command()
@click.argument(
    "bundles", nargs=-1, required=True, metavar="BUNDLE...", type=click.Path(exists=True, path_type=Path)
)
@click.option(
    "-o", "--output", "form", type=click.Choice(["text", "json", "sarif"]), default="text", show_default=True,
    help="Lines for people, JSON for programs, SARIF for code hosts and editors.",
)  # fmt: skip
def lint(bundles: tuple[Path, ...], form: str) -> None:
    """Check bundles, each a zip or a folder, as a deployment would.

    Every finding has its file, line and column. An error keeps the bundle from being deployed, a warning
    does not: something has no effect, or does not do what it seems to.
    """
    findings = [finding for bundle in bundles for finding in _check(bundle)]
    click.echo(_FORMS[form](findings), nl=form != "text")
    if any(finding.diagnostic.severity == "error" for finding in findings):
        sys.exit(_FINDINGS)


def _check(bundle: Path) -> Iterable[Finding]:
    # Imported here because the other commands do without an XML parser and a compiler.
    from gatewright.bundle.archive import ArchiveRefused, read_folder, read_zip
    from gatewright.bundle.diagnostics import Diagnostic, Severity
    from gatewright.engine.context import Place
    from gatewright.engine.rehearsal import rehearse
    from gatewright.engine.surroundings import Surroundings
    from gatewright.policies import policy_types

    try:
        archive = read_folder(bundle) if bundle.is_dir() else read_zip(bundle.read_bytes())
    except (ArchiveRefused, OSError) as refused:
        return [Finding(str(bundle), Diagnostic(Severity.ERROR, str(refused), rule="archive"))]
    place = Place("", "", "", "1")
    report = rehearse(archive, policy_types(), Surroundings(place, virtual_hosts=None))
    root = bundle.parent if bundle.is_dir() and bundle.name == archive.kind else bundle
    return [Finding(str(root / diagnostic.file), diagnostic) for diagnostic in report]


def _text(findings: list[Finding]) -> str:
    return "".join(f"{_line(finding)}\n" for finding in findings)


def _line(finding: Finding) -> str:
    found = finding.diagnostic
    place = f"{finding.path}:{found.line}:{found.column}" if found.line else finding.path
    element = f" [{found.element}]" if found.element else ""
    return f"{place}: {found.severity}: {found.message}{element}"


def _json(findings: list[Finding]) -> str:
    rows: Json = [
        {
            "file": finding.path,
            "line": finding.diagnostic.line,
            "column": finding.diagnostic.column,
            "severity": str(finding.diagnostic.severity),
            "rule": finding.diagnostic.rule,
            "element": finding.diagnostic.element,
            "message": finding.diagnostic.message,
        }
        for finding in findings
    ]
    return json.dumps(rows, indent=2, ensure_ascii=False)


def _sarif(findings: list[Finding]) -> str:
    rules: Json = [{"id": rule} for rule in sorted({finding.diagnostic.rule for finding in findings} - {""})]
    driver: Json = {"name": "gatewright", "version": __version__, "rules": rules}
    log: Json = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "results": [_result(finding) for finding in findings]}],
    }
    return json.dumps(log, indent=2, ensure_ascii=False)


def _result(finding: Finding) -> Json:
    """One result (SARIF 2.1.0 §3.27)."""
    found = finding.diagnostic
    location: dict[str, Json] = {"artifactLocation": {"uri": Path(finding.path).as_posix()}}
    if found.line:
        location["region"] = {"startLine": found.line, "startColumn": max(found.column, 1)}
    result: dict[str, Json] = {
        "level": str(found.severity),
        "message": {"text": found.message},
        "locations": [{"physicalLocation": location}],
    }
    if found.rule:
        result["ruleId"] = found.rule
    return result


_FORMS: Mapping[str, Callable[[list[Finding]], str]] = {"text": _text, "json": _json, "sarif": _sarif}
