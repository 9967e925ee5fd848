"""`gatewright lint`: what is wrong with bundles, found without a server."""

import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from gatewright.lint.reports import Located
    from gatewright.lint.selection import Selection

_FINDINGS = 1


@click.command()
@click.argument(
    "bundles", nargs=-1, required=True, metavar="BUNDLE...", type=click.Path(exists=True, path_type=Path)
)
@click.option(
    "-o", "--output", "--format", "form", default="text", show_default=True,
    type=click.Choice(["text", "brief", "json", "sarif"]),
    help="Findings with their lines and reasons, one line for each, JSON for programs, or SARIF for code "
    "hosts and editors.",
)  # fmt: skip
@click.option(
    "--only", metavar="RULES", multiple=True,
    help="Warn by these rules only: ids or their beginnings, with commas between, such as FL001,TD.",
)  # fmt: skip
@click.option(
    "--ignore", metavar="RULES", multiple=True,
    help="Do not warn by these rules. Errors are reported whatever is ignored.",
)  # fmt: skip
@click.option(
    "--max-warnings", type=click.IntRange(min=0), metavar="N",
    help="Fail when there are more warnings than this.",
)  # fmt: skip
def lint(
    bundles: tuple[Path, ...],
    form: str,
    only: tuple[str, ...],
    ignore: tuple[str, ...],
    max_warnings: int | None,
) -> None:
    """Check bundles of proxies and shared flows, each a zip or a folder.

    An error keeps the bundle from being deployed. A warning does not: something has no effect, does not do
    what it seems to, or is better written in another way. Rules that apigeelint has, too, go by its ids.
    The comment <!-- gatewright disable=RULE --> in the line before switches a warning off, and so does
    apigeelint's own.

    The status is 1 when there are errors, or more warnings than --max-warnings.
    """
    selection = _selection(only, ignore)
    findings = [
        located for bundle in bundles for located in _check(bundle) if selection.takes(located.finding)
    ]
    click.echo(_written(form)(findings), nl=False)
    errors = sum(located.finding.diagnostic.severity == "error" for located in findings)
    warnings = len(findings) - errors
    if findings:
        click.echo(f"{_count(errors, 'error')}, {_count(warnings, 'warning')}", err=True)
    if errors or (max_warnings is not None and warnings > max_warnings):
        sys.exit(_FINDINGS)


def _selection(only: tuple[str, ...], ignore: tuple[str, ...]) -> "Selection":
    # Imported here, as below, because the other commands do without an XML parser and a compiler.
    from gatewright.lint.selection import Selection, UnknownRule, read_rules

    try:
        return Selection(read_rules(only), read_rules(ignore))
    except UnknownRule as unknown:
        raise click.UsageError(str(unknown)) from None


def _check(bundle: Path) -> Iterator["Located"]:
    from gatewright.bundle.archive import ArchiveRefused, read_folder, read_zip
    from gatewright.lint.reports import Located
    from gatewright.lint.run import lint as run
    from gatewright.lint.run import refused

    try:
        archive = read_folder(bundle) if bundle.is_dir() else read_zip(bundle.read_bytes())
    except (ArchiveRefused, OSError) as problem:
        yield Located(str(bundle), refused(str(problem)))
        return
    root = bundle.parent if bundle.is_dir() and bundle.name == archive.kind else bundle
    for finding in run(archive):
        yield Located(str(root / finding.diagnostic.file), finding)


def _written(form: str) -> "Callable[[Sequence[Located]], str]":
    from gatewright.lint.reports.as_json import json_text
    from gatewright.lint.reports.sarif import sarif_text
    from gatewright.lint.reports.text import brief_text, full_text

    return {"text": full_text, "brief": brief_text, "json": json_text, "sarif": sarif_text}[form]


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
