"""Every rule finds what it is for, at a place in a file, and nothing in a bundle without it."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from tests.lint.bundles import archive_of, findings_of

from gatewright.bundle.archive import Archive
from gatewright.lint.catalogue import RULES
from gatewright.lint.run import lint

ROWS: list[dict[str, Any]] = tomllib.loads(Path(__file__).with_name("rules.toml").read_text("utf-8"))["row"]

ELSEWHERE = {
    "BN006": "test_a_bundle_of_more_than_100_policies_is_called_large",
    "BN007": "test_a_bundle_of_more_than_20_resources_is_called_large",
    "archive": "tests/cli/test_lint.py",
}
"""Rules that no short bundle breaks."""
NEVER_ALONE = {
    "no-connection": "PD005 and EP002 tell of it, in proxy and target endpoints",
    "no-target-url": "TD014 tells of it",
    "ref-in-braces": "PO026 tells of it",
    "unknown-virtual-host": "a file alone does not say which there are",
    "unreachable": "FL001 and PD003 tell of it",
}
"""Names of deploy checks that appear under another rule's id, or only at a deployment."""


@pytest.mark.parametrize("row", ROWS, ids=[row["rule"] for row in ROWS])
def test_a_rule_finds_what_breaks_it_and_nothing_else(row: dict[str, Any]) -> None:
    found = findings_of(row["bad"], row["rule"])
    assert len(found) == row.get("count", 1), [finding.diagnostic for finding in found]
    assert all(finding.diagnostic.message and finding.diagnostic.file for finding in found)
    assert findings_of(row["good"], row["rule"]) == []


def test_every_rule_is_tested() -> None:
    tested = {row["rule"] for row in ROWS} | ELSEWHERE.keys() | NEVER_ALONE.keys()
    assert tested == {rule.id for rule in RULES}


def test_the_bundle_that_the_rows_begin_with_is_sound() -> None:
    refused_yet = {"unsupported"}
    assert {finding.rule.id for finding in lint(archive_of({}))} <= refused_yet


def many(count: int, path: str, text: str) -> Archive:
    files = {path.format(n): text.format(n) for n in range(count)}
    return archive_of({"files": files})


def ids(archive: Archive) -> set[str]:
    return {finding.rule.id for finding in lint(archive)}


def test_a_bundle_of_more_than_100_policies_is_called_large() -> None:
    assert "BN006" in ids(many(101, "policies/RF-{}.xml", "<RaiseFault name='RF-{}'/>"))
    assert "BN006" not in ids(many(100, "policies/RF-{}.xml", "<RaiseFault name='RF-{}'/>"))


def test_a_bundle_of_more_than_20_resources_is_called_large() -> None:
    assert "BN007" in ids(many(21, "resources/jsc/{}.js", "{}"))
    assert "BN007" not in ids(many(20, "resources/jsc/{}.js", "{}"))
