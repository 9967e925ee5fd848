"""Findings and their report."""

import pytest

from gatewright.bundle.diagnostics import Diagnostic, Report, Severity
from gatewright.bundle.source import parse_document
from gatewright.xml import XmlProblem


@pytest.mark.parametrize(
    ("finding", "text"),
    [
        (Diagnostic(Severity.ERROR, "m", "a.xml", 2, 3, "A/B"), "a.xml:2:3: error: m [A/B]"),
        (Diagnostic(Severity.WARNING, "m", "a.xml"), "a.xml: warning: m"),
        (Diagnostic(Severity.ERROR, "m"), "error: m"),
    ],
)
def test_a_finding_prints_as_compilers_print(finding: Diagnostic, text: str) -> None:
    assert str(finding) == text


def test_a_report_keeps_order_and_tells_errors_from_warnings() -> None:
    document, _ = parse_document("a.xml", b"<a/>")
    assert document is not None
    report = Report()
    report.warning("w", document.source(document.root), rule="r")
    report.error("e")
    report.file_error("f", "b.xml")
    report.file_warning("g", "b.xml")
    report.xml_problem(XmlProblem("x", 4, 5), "c.xml")
    assert [finding.message for finding in report] == ["w", "e", "f", "g", "x"]
    assert [finding.message for finding in report.errors] == ["e", "f", "x"]
    assert [finding.message for finding in report.warnings] == ["w", "g"]
    assert (report.errors[-1].file, report.errors[-1].line, report.errors[-1].column) == ("c.xml", 4, 5)
    assert len(report) == 5


def test_the_same_finding_is_kept_once() -> None:
    report = Report()
    report.error("e")
    report.error("e")
    assert len(report) == 1
