"""`gatewright explain`: what a call goes through in a bundle, as it is compiled."""

import sys
from pathlib import Path

import click

_FINDINGS = 1


@click.command()
@click.argument("bundle", metavar="BUNDLE", type=click.Path(exists=True, path_type=Path))
def explain(bundle: Path) -> None:
    """Print the compiled form of a bundle, a zip or a folder: every step in the order of a call.

    Conditions stand beside what they guard, and each part has the file and line it was written at. A bundle
    that cannot be deployed has no compiled form: its errors are printed instead.
    """
    # Imported here because the other commands do without an XML parser and a compiler.
    from gatewright.bundle.archive import ArchiveRefused, read_folder, read_zip
    from gatewright.engine.context import Place
    from gatewright.engine.explain import explain as lines_of
    from gatewright.engine.load import load_archive
    from gatewright.engine.ports import unplugged
    from gatewright.engine.surroundings import Surroundings
    from gatewright.policies import policy_types

    try:
        archive = read_folder(bundle) if bundle.is_dir() else read_zip(bundle.read_bytes())
    except (ArchiveRefused, OSError) as refused:
        click.echo(f"Error: {bundle}: {refused}", err=True)
        sys.exit(_FINDINGS)
    surroundings = Surroundings(Place("", "", "", "1"))
    compiled, report = load_archive(archive, policy_types(), surroundings, unplugged())
    if compiled is None:
        for error in report.errors:
            click.echo(str(error), err=True)
        sys.exit(_FINDINGS)
    for line in lines_of(compiled):
        click.echo(line)
