"""Read every bundle below some folders and count what is found wrong with them.

    python tools/try_bundles.py FOLDER… [-v RULE]

Bundles are folders named apiproxy or sharedflowbundle, and zips. `-v RULE` prints the findings of one rule.
"""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from gatewright.bundle.archive import Archive, ArchiveRefused, read_folder, read_zip
from gatewright.bundle.check import check_bundle
from gatewright.bundle.diagnostics import Diagnostic, Report
from gatewright.bundle.read import read_bundle
from gatewright.policies import policy_types


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("paths", nargs="+", type=Path)
    parser.add_argument(
        "-v", "--verbose", metavar="RULE", help="print each finding of this rule, or of 'all'"
    )
    arguments = parser.parse_args()
    counts: Counter[str] = Counter()
    seconds = 0.0
    for place, found in archives(arguments.paths):
        counts["bundles"] += 1
        started = time.perf_counter()
        report = Report() if isinstance(found, str) else findings(found, counts)
        seconds += time.perf_counter() - started
        if isinstance(found, str):
            counts["bundles refused as archives"] += 1
            print(f"{place}: {found}")
        count(report, place, counts, arguments.verbose)
    for name, number in sorted(counts.items()):
        print(f"{number:6}  {name}")
    print(f"{seconds * 1000:6.0f}  ms in all")
    return 0


def archives(paths: list[Path]) -> Iterator[tuple[Path, Archive | str]]:
    """Every bundle below the paths, or why it was refused."""
    for path in paths:
        for folder in sorted([*path.rglob("apiproxy"), *path.rglob("sharedflowbundle")]):
            if folder.is_dir() and any(folder.glob("*.xml")):
                yield folder, opened(folder)
        for file in sorted(path.rglob("*.zip")):
            data = file.read_bytes()
            if b"apiproxy/" in data or b"sharedflowbundle/" in data:
                yield file, opened(file)


def opened(path: Path) -> Archive | str:
    try:
        return read_folder(path) if path.is_dir() else read_zip(path.read_bytes())
    except ArchiveRefused as refused:
        return str(refused)


def findings(archive: Archive, counts: Counter[str]) -> Report:
    bundle, report = read_bundle(archive, policy_types())
    if bundle is None:
        counts["bundles refused as malformed"] += 1
        return report
    check_bundle(bundle, report)
    counts["policies"] += len(bundle.policies)
    if not report.errors:
        counts["bundles deployable"] += 1
    return report


def count(report: Report, place: Path, counts: Counter[str], verbose: str | None) -> None:
    for finding in report:
        counts[f"{finding.severity} {finding.rule}"] += 1
        if verbose in (finding.rule, "all"):
            print(shown(finding, place))


def shown(finding: Diagnostic, place: Path) -> str:
    return f"{place}: {finding}"


if __name__ == "__main__":
    sys.exit(main())
