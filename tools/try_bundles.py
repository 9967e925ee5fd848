"""Import and deploy published bundles, shared flows first, and say what is refused and why.

    python -m tools.try_bundles FOLDER LIST

FOLDER holds one checkout for each repository, named owner+name. LIST has a line for each bundle, with tabs
between repository, path (in a zip: zip!folder), content hash, kind, class and name; lines that begin with #
are skipped. Each bundle is read, checked and compiled as a deployment does it, with the shared flows of its
repository deployed. Writes docs/develop/published-bundles.md.
"""

import argparse
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tools.lint_agreement import find
from tools.reference.markdown import table

from gatewright.bundle.archive import Archive
from gatewright.bundle.diagnostics import Diagnostic
from gatewright.engine.context import Place
from gatewright.engine.rehearsal import rehearse
from gatewright.engine.shared_flows import DeployedSharedFlow, SharedFlows
from gatewright.engine.surroundings import Surroundings
from gatewright.policies import policy_types

PAGE = Path(__file__).parents[1] / "docs/develop/published-bundles.md"
_NEVER = frozenset({"a Node.js target", "JavaCallout"})
"""What no bundle can have here, whatever is built."""
_NOT_YET = frozenset({"a setting", "a grant type", "an operation"})
_NAMES = {
    "unsupported-target": "a Node.js target",
    "unsupported": "a setting",
    "unsupported-grant-type": "a grant type",
    "unsupported-operation": "an operation",
}
"""What rules of diagnostics stand for; others are told by their own names."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A line of the list."""

    repo: str
    path: str
    kind: str
    class_: str
    name: str


@dataclass(frozen=True, slots=True)
class Tried:
    """A bundle, and what its deployment finds."""

    listed: Listed
    errors: tuple[Diagnostic, ...]
    faulting: frozenset[str]
    """Types of policies that are accepted and fault when they run, because they are not built yet."""

    @property
    def reasons(self) -> frozenset[str]:
        """The kinds of its errors."""
        return frozenset(_reason(error) for error in self.errors)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("list", type=Path)
    arguments = parser.parse_args()
    listed = [each for each in read_list(arguments.list) if each.class_ == "runtime"]
    archives = [(each, find(each.repo, each.path, arguments.folder)) for each in listed]
    here = [(each, archive) for each, archive in archives if archive is not None]
    tried = list(try_all(here))
    PAGE.write_text(page(len(listed), tried), encoding="utf-8")
    print(f"wrote {PAGE}", file=sys.stderr)
    return 0


def read_list(path: Path) -> Iterator[Listed]:
    for line in path.read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            repo, place, _, kind, class_, name = line.split("\t")
            yield Listed(repo, place, kind, class_, name)


def try_all(bundles: Iterable[tuple[Listed, Archive]]) -> Iterator[Tried]:
    by_repo: dict[str, list[tuple[Listed, Archive]]] = defaultdict(list)
    for listed, archive in bundles:
        by_repo[listed.repo].append((listed, archive))
    for those in by_repo.values():
        flows = {
            listed.name: DeployedSharedFlow(listed.path, archive.zip())
            for listed, archive in those
            if archive.kind == "sharedflowbundle"
        }
        for listed, archive in sorted(those, key=lambda each: each[1].kind != "sharedflowbundle"):
            place = Place("o", "e", listed.name, "1")
            around = Surroundings(place, virtual_hosts=None, shared_flows=SharedFlows(flows))
            report = list(rehearse(archive, policy_types(), around))
            errors = tuple(each for each in report if each.severity == "error")
            unbuilt = {_type_in(each) for each in report if each.rule == "unsupported-policy"}
            yield Tried(listed, errors, frozenset(unbuilt))


def _type_in(diagnostic: Diagnostic) -> str:
    """The policy's type, which is the name of its file's root element."""
    return diagnostic.element.partition("/")[0]


def _reason(error: Diagnostic) -> str:
    if error.rule == "unsupported-policy":
        return _type_in(error)
    return _NAMES.get(error.rule, error.rule)


_INTRODUCTION = """\
Of {listed} published runtime bundles, {tried} out of {repositories} repositories were at hand, and all of
them were read. {deployed} can be deployed; {whole} of these use nothing that is not built yet, the others
hold policies that fault when they run. Of the {refused} that are refused, {never} need Java or Node.js,
{not_yet} a setting, grant type or operation that is not built yet, and {others} are broken or templates
themselves."""


def page(listed: int, tried: list[Tried]) -> str:
    refused = [each for each in tried if each.errors]
    never = [each for each in refused if each.reasons & _NEVER]
    not_yet = [each for each in refused if not each.reasons & _NEVER and each.reasons <= _NOT_YET]
    blocks = [
        "# Published bundles",
        "<!-- Written by tools/try_bundles.py. -->",
        _INTRODUCTION.format(
            listed=listed,
            tried=len(tried),
            repositories=len({each.listed.repo for each in tried}),
            deployed=len(tried) - len(refused),
            whole=sum(not each.errors and not each.faulting for each in tried),
            refused=len(refused),
            never=len(never),
            not_yet=len(not_yet),
            others=len(refused) - len(never) - len(not_yet),
        ),
        "## What is refused\n\nHow many bundles are refused for each reason; a bundle may have several.",
        _counted("Reason", (reason for each in refused for reason in each.reasons)),
        "## What is not built yet\n\nIn how many bundles policies of a type fault when they run.",
        _counted("Policy", (name for each in tried for name in each.faulting)),
        "## Bundles that are refused",
        table(("Repository", "Bundle", "The first error"), map(_line, refused)),
    ]
    return "\n\n".join(blocks) + "\n"


def _counted(head: str, names: Iterable[str]) -> str:
    """How often each is there, the most frequent first."""
    counts = sorted(Counter(names).items(), key=lambda item: (-item[1], item[0]))
    return table((head, "Bundles"), ((name, str(count)) for name, count in counts))


def _line(tried: Tried) -> tuple[str, str, str]:
    error = tried.errors[0]
    return tried.listed.repo, f"`{tried.listed.path}`", f"{error.file}:{error.line}: `{error.message}`"


if __name__ == "__main__":
    sys.exit(main())
