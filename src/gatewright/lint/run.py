"""Look at one bundle: what a deployment finds in it, and what the rules find beyond that."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TypeAlias

from gatewright.bundle.archive import Archive
from gatewright.bundle.diagnostics import Diagnostic, Severity
from gatewright.bundle.readers import local_name
from gatewright.bundle.source import Document, Source
from gatewright.engine.context import Place
from gatewright.engine.rehearsal import rehearse
from gatewright.engine.surroundings import Surroundings
from gatewright.lint.catalogue import RULES, rule_of
from gatewright.lint.rule import Finding, Found, Rule
from gatewright.lint.subject import Subject, open_subject
from gatewright.policies import policy_types

Key: TypeAlias = tuple[str, str, int, int]
_SURROUNDINGS = Surroundings(Place("", "", "", "1"), virtual_hosts=None)
# apigeelint's comment for one finding that is meant to be so, which published bundles carry.
_TOP_LINES = 3
_DISABLED = re.compile(r"<!--\s*(?:apigeelint|gatewright)\s+disable\s*=\s*([A-Z0-9a-z,\- ]+?)\s*-->")


def lint(archive: Archive) -> tuple[Finding, ...]:
    """Every finding, in the order of files and lines. Nothing is deployed and nothing is reached."""
    subject = open_subject(archive)
    deployed = [
        _adopted(diagnostic, subject) for diagnostic in rehearse(archive, policy_types(), _SURROUNDINGS)
    ]
    beyond = [finding for rule in RULES for finding in _found_by(rule, subject)]
    together = [*deployed, *_not_said(beyond, Counter(map(_key, deployed)))]
    return tuple(sorted(dict.fromkeys(_kept(together, subject)), key=_order))


def _not_said(findings: Iterable[Finding], said: Counter[Key]) -> Iterator[Finding]:
    """Those whose rule has no finding of a deploy check at the place; each of these stands for one."""
    for finding in findings:
        if said[_key(finding)] > 0:
            said[_key(finding)] -= 1
        else:
            yield finding


def refused(message: str) -> Finding:
    """The finding for something that cannot be opened as a bundle at all."""
    diagnostic = Diagnostic(Severity.ERROR, message, rule="archive")
    return Finding(rule_of(diagnostic, ""), diagnostic)


def _adopted(diagnostic: Diagnostic, subject: Subject) -> Finding:
    document = subject.documents.get(diagnostic.file)
    root = "" if document is None else local_name(document.root)
    return _finding(rule_of(diagnostic, root), diagnostic, document)


def _found_by(rule: Rule, subject: Subject) -> Iterator[Finding]:
    for found in () if rule.check is None else rule.check(subject):
        diagnostic = _diagnostic(rule, found, subject)
        yield _finding(rule, diagnostic, subject.documents.get(diagnostic.file))


def _diagnostic(rule: Rule, found: Found, subject: Subject) -> Diagnostic:
    if isinstance(found.place, str):
        return Diagnostic(Severity.WARNING, found.message, found.place, rule=rule.id)
    place = found.place if isinstance(found.place, Source) else subject.source(found.place)
    return Diagnostic(
        Severity.WARNING, found.message, place.file, place.line, place.column, place.element, rule.id
    )


def _finding(rule: Rule, diagnostic: Diagnostic, document: Document | None) -> Finding:
    lines = document.text.split("\n") if document is not None else []
    excerpt = lines[diagnostic.line - 1].rstrip("\r") if 0 < diagnostic.line <= len(lines) else ""
    return Finding(rule, diagnostic, excerpt)


def _key(finding: Finding) -> Key:
    found = finding.diagnostic
    return finding.rule.id, found.file, found.line, found.column


def _order(finding: Finding) -> tuple[str, int, int, str, str]:
    found = finding.diagnostic
    return found.file, found.line, found.column, finding.rule.id, found.message


def _kept(findings: Iterable[Finding], subject: Subject) -> Iterator[Finding]:
    """Those that no comment switches off. Errors stay: they refuse the deployment."""
    disabled = {path: frozenset(_disabled(document)) for path, document in subject.documents.items()}
    for finding in findings:
        found = finding.diagnostic
        is_disabled = (finding.rule.id, found.line) in disabled.get(found.file, ())
        if found.severity is Severity.ERROR or not is_disabled:
            yield finding


def _disabled(document: Document) -> Iterator[tuple[str, int]]:
    """The rules that comments switch off, each with the line it is switched off for.

    That is the line after the comment, and from the top of a file also that of the root element.
    """
    for comment in _DISABLED.finditer(document.text):
        line = document.text.count("\n", 0, comment.end()) + 1
        for part in comment[1].split(","):
            yield part.strip(), line + 1
            if line <= _TOP_LINES:
                yield part.strip(), document.source(document.root).line
