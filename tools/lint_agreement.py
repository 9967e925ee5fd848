"""Compare the findings of `gatewright lint` with apigeelint's on published bundles.

    python -m tools.lint_agreement FOLDER FINDINGS [--show RULE]

FOLDER holds one checkout for each repository, named owner+name. FINDINGS is a JSON file with "tool" and
"bundles", each with "repo", "path" (in a zip: zip!folder) and "findings": rows of file, rule, severity, line
and message.

Writes docs/develop/lint-agreement.md. Every difference must be explained by an entry of
docs/develop/lint-differences.toml, and every entry must still explain as many as it says: otherwise that is
printed and the status is 1. `--show RULE` prints the differences of one rule, or of `all`.
"""

import argparse
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec
from tools.lint_differences import Difference, Explanation, explain, read_explanations
from tools.reference.markdown import table

from gatewright.bundle.archive import Archive, ArchiveRefused, BundleKind, read_folder, read_zip
from gatewright.lint.catalogue import RULES, is_shared
from gatewright.lint.run import lint

ROOT = Path(__file__).parents[1]
ROOT_FOLDERS = ("apiproxy", "sharedflowbundle")
PAGE = ROOT / "docs/develop/lint-agreement.md"
_DIFFERENCES = ROOT / "docs/develop/lint-differences.toml"
# apigeelint reports these for the bundle, we for the file that they are about.
_OF_BUNDLE = frozenset({"BN001", "BN006", "BN007", "BN013"})
_SHARED = frozenset(rule.id for rule in RULES if is_shared(rule))


class Judged(msgspec.Struct, frozen=True):
    """A bundle with apigeelint's findings."""

    repo: str
    path: str
    findings: tuple[tuple[str, str, int, int | None, str], ...]


class Judgement(msgspec.Struct, frozen=True):
    tool: str
    bundles: tuple[Judged, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A finding of either side. line: 0 when it is of the whole file."""

    file: str
    rule: str
    line: int
    message: str


@dataclass(slots=True)
class Tally:
    """What became of one rule's findings. Mutable: bundles add to it."""

    both: int = 0
    same_line: int = 0
    theirs: int = 0
    ours: int = 0


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("findings", type=Path)
    parser.add_argument("--show", metavar="RULE", default="")
    arguments = parser.parse_args()
    judgement = msgspec.json.decode(arguments.findings.read_bytes(), type=Judgement)
    compared, tallies, differences = compare(judgement, arguments.folder)
    for difference in differences:
        if arguments.show in (difference.rule, "all"):
            print(difference)
    explanations = read_explanations(_DIFFERENCES)
    problems = explain(differences, explanations)
    print("\n".join(problems))
    PAGE.write_text(page(judgement, compared, tallies, explanations), encoding="utf-8")
    return 1 if problems else 0


def compare(judgement: Judgement, folder: Path) -> tuple[list[Judged], Mapping[str, Tally], list[Difference]]:
    """The bundles that the folder has, how far both agree on each rule, and where they do not."""
    tallies: dict[str, Tally] = defaultdict(Tally)
    differences: list[Difference] = []
    compared = []
    for judged in judgement.bundles:
        archive = find(judged.repo, judged.path, folder)
        if archive is None:
            continue
        compared.append(judged)
        differences += compare_bundle(judged, archive, tallies)
    return compared, tallies, differences


def find(repo: str, bundle: str, folder: Path) -> Archive | None:
    """The bundle in the checkouts; None when it is not there."""
    path, _, inner = bundle.partition("!")
    place = folder / repo.replace("/", "+") / path
    try:
        if inner:
            return read_zip(place.read_bytes())
        return read_folder(place) if place.name in ROOT_FOLDERS else renamed(place)
    except (OSError, ArchiveRefused) as problem:
        print(f"{repo} {bundle}: {problem}", file=sys.stderr)
        return None


def renamed(place: Path) -> Archive:
    """The bundle in a folder that is called otherwise than bundles' folders are."""
    kind: BundleKind = "sharedflowbundle" if (place / "sharedflows").is_dir() else "apiproxy"
    files = sorted(file for file in place.rglob("*") if file.is_file())
    return Archive(
        kind, {f"{kind}/{file.relative_to(place).as_posix()}": file.read_bytes() for file in files}
    )


def compare_bundle(judged: Judged, archive: Archive, tallies: dict[str, Tally]) -> Iterator[Difference]:
    theirs, ours = grouped(their_rows(judged)), grouped(our_rows(archive))
    for key in sorted(theirs.keys() | ours.keys()):
        tally = tallies[key[1]]
        left, right = theirs.get(key, []), ours.get(key, [])
        lines = Counter(row.line for row in left) & Counter(row.line for row in right)
        tally.same_line += lines.total()
        tally.both += min(len(left), len(right))
        only_left = rest(left, lines)[: max(len(left) - len(right), 0)]
        only_right = rest(right, lines)[: max(len(right) - len(left), 0)]
        tally.theirs += len(only_left)
        tally.ours += len(only_right)
        for side, rows in (("theirs", only_left), ("ours", only_right)):
            for row in rows:
                where = f"{judged.repo} {judged.path} {row.file}:{row.line}"
                yield Difference(row.rule, side, where, row.message)


def rest(rows: list[Row], lines: Counter[int]) -> list[Row]:
    """The rows that are left when those on the lines that both name are taken away, and those in the end."""
    taken = Counter(lines)
    kept, matched = [], []
    for row in rows:
        if taken[row.line] > 0:
            taken[row.line] -= 1
            matched.append(row)
        else:
            kept.append(row)
    return kept + matched


def grouped(rows: Iterator[Row]) -> dict[tuple[str, str], list[Row]]:
    found: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        found[row.file, row.rule].append(row)
    return found


def their_rows(judged: Judged) -> Iterator[Row]:
    for file, rule, _, line, message in judged.findings:
        if rule in _SHARED:
            yield Row(file, rule, line or 0, message)


def our_rows(archive: Archive) -> Iterator[Row]:
    for finding in lint(archive):
        found = finding.diagnostic
        if finding.rule.id in _SHARED:
            file = "." if finding.rule.id in _OF_BUNDLE else found.file.partition("/")[2]
            yield Row(file, finding.rule.id, found.line, found.message)


_INTRODUCTION = """\
`gatewright lint` and {tool} looked at {bundles} of {known} published bundles, out of {repositories}
repositories. Of {findings} findings of rules that both have, {both} ({share:.1%}) are found by both, {theirs}
by apigeelint alone and {ours} by Gatewright alone. A finding is found by both when both report the rule
for the same file of the same bundle, as often as both do; {same_line} are on the same line. Severity is not
compared: here an error is what a deployment refuses. [Why they differ](#why-they-differ) accounts for every
one of the others."""

_REASONS = """\
Each difference is explained in [lint-differences.toml](lint-differences.toml). The comparison fails when one
is not, and when an entry explains another number of them than it says."""


def page(
    judgement: Judgement,
    compared: list[Judged],
    tallies: Mapping[str, Tally],
    explanations: tuple[Explanation, ...],
) -> str:
    notes = [(each.rule, f"{each.only} alone", str(each.count), each.reason) for each in explanations]
    blocks = (
        "# How far the linter agrees with apigeelint",
        "<!-- Written by tools/lint_agreement.py. -->",
        introduction(judgement, compared, tallies),
        "## By rule",
        table(HEADS, by_rule(tallies)),
        "## Why they differ",
        _REASONS.replace("\n", " "),
        table(("Rule", "Found by", "How many", "Why"), notes),
    )
    return "\n\n".join(blocks) + "\n"


HEADS = ("Rule", "What it finds", "Both", "Same line", "Only apigeelint", "Only Gatewright")


def introduction(judgement: Judgement, compared: list[Judged], tallies: Mapping[str, Tally]) -> str:
    total = Tally(*(sum(getattr(tally, name) for tally in tallies.values()) for name in Tally.__slots__))
    findings = total.both + total.theirs + total.ours
    return _INTRODUCTION.replace("\n", " ").format(
        tool=judgement.tool,
        bundles=len(compared),
        known=len(judgement.bundles),
        repositories=len({judged.repo for judged in compared}),
        findings=findings,
        share=total.both / max(findings, 1),
        both=total.both,
        same_line=total.same_line,
        theirs=total.theirs,
        ours=total.ours,
    )


def by_rule(tallies: Mapping[str, Tally]) -> list[tuple[str, ...]]:
    """A row for each rule that either side found something by."""
    return [
        (rule.id, rule.what, str(tally.both), str(tally.same_line), str(tally.theirs), str(tally.ours))
        for rule in RULES
        if (tally := tallies.get(rule.id)) is not None
    ]


if __name__ == "__main__":
    sys.exit(main())
