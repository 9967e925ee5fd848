"""From an archive to a bundle: every file is read, and everything that is wrong is collected."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Final, Generic, TypeVar

from gatewright.bundle.archive import Archive
from gatewright.bundle.diagnostics import Report
from gatewright.bundle.fields import Node
from gatewright.bundle.model import Bundle, Descriptor, P, ProxyEndpoint, SharedFlow, TargetEndpoint
from gatewright.bundle.readers import local_name
from gatewright.bundle.source import Document, parse_document

N = TypeVar("N", ProxyEndpoint, TargetEndpoint, SharedFlow)

DESCRIPTOR_ROOTS: Final = {"apiproxy": "APIProxy", "sharedflowbundle": "SharedFlowBundle"}
_FOLDERS: Final = {
    "apiproxy": frozenset({"proxies", "targets", "policies", "resources"}),
    "sharedflowbundle": frozenset({"sharedflows", "policies", "resources"}),
}
# Checksums that old exports carry, and step definitions of the first bundle format: both have no effect in
# Edge either. Integrations are Apigee X's.
_UNREAD: Final = frozenset({"manifests", "stepdefinitions", "integration-endpoints"})


def read_bundle(
    archive: Archive, policy_types: Mapping[str, type[P]], name: str | None = None
) -> tuple[Bundle[P] | None, Report]:
    """The bundle and all that its files alone tell. Policies are read by their root elements' names.

    None when a file is not well-formed XML: such an archive must not be imported. Any other error leaves a
    bundle that can be imported and completed, and not deployed before that. `name` wins over the
    descriptor's.
    """
    reader = _Reader(archive, policy_types)
    bundle = reader.bundle(name)
    return (None if reader.is_unreadable else bundle), reader.report


@dataclass(slots=True)
class _Reader(Generic[P]):
    """One reading of one archive. Mutable: findings collect here."""

    archive: Archive
    policy_types: Mapping[str, type[P]]
    report: Report = field(default_factory=Report)
    is_unreadable: bool = False

    def bundle(self, name: str | None) -> Bundle[P]:
        descriptor, file_name = self._descriptor()
        policies, unusable = self._policies()
        bundle = Bundle(
            self.archive.kind,
            name or (descriptor.name if descriptor else None) or file_name,
            descriptor,
            self._endpoints("proxies", ProxyEndpoint),
            self._endpoints("targets", TargetEndpoint),
            self._endpoints("sharedflows", SharedFlow),
            policies,
            unusable,
            MappingProxyType(dict(resource_urls(self.archive))),
            self.archive,
        )
        self._note_strays()
        return bundle

    def _descriptor(self) -> tuple[Descriptor | None, str]:
        """The descriptor, and its file's name without `.xml`."""
        wanted = DESCRIPTOR_ROOTS[self.archive.kind]
        for document in self._documents(""):
            if local_name(document.root) == wanted:
                return Descriptor.parse(document, self.report), PurePosixPath(document.file).stem
            self._wrong_root(document, wanted)
        self.report.file_warning(
            f"there is no file <name>.xml with the root element <{wanted}>",
            self.archive.kind,
            rule="no-descriptor",
        )
        return None, ""

    def _endpoints(self, folder: str, kind: type[N]) -> tuple[N, ...]:
        if folder not in _FOLDERS[self.archive.kind]:
            return ()
        found: dict[str, N] = {}
        for document in self._documents(folder):
            if local_name(document.root) != kind.xml_name:
                self._wrong_root(document, kind.xml_name)
                continue
            endpoint = kind.parse(document, self.report)
            if endpoint is None:
                continue
            if endpoint.name in found:
                self._duplicate(endpoint.name, endpoint, found[endpoint.name])
            else:
                found[endpoint.name] = endpoint
        return tuple(found.values())

    def _policies(self) -> tuple[Mapping[str, P], frozenset[str]]:
        found: dict[str, P] = {}
        unusable: set[str] = set()
        for document in self._documents("policies"):
            policy = self._policy(document)
            if policy is None:
                unusable.add(document.root.get("name") or "")
            elif policy.name in found:
                self._duplicate(policy.name, policy, found[policy.name])
            else:
                found[policy.name] = policy
        return MappingProxyType(found), frozenset(unusable - {""})

    def _policy(self, document: Document) -> P | None:
        root = local_name(document.root)
        kind = self.policy_types.get(root)
        if kind is not None:
            return kind.parse(document, self.report)
        close = get_close_matches(root, self.policy_types, 1, 0.75)
        hint = f"; did you mean {close[0]}?" if close else ""
        message = f"<{root}> is not a policy type that Gatewright knows{hint}"
        self.report.error(message, document.source(document.root), rule="unknown-policy-type")
        return None

    def _documents(self, folder: str) -> Iterator[Document]:
        """The XML files that lie directly in a folder of the bundle's root."""
        prefix = f"{self.archive.kind}/{folder}/" if folder else f"{self.archive.kind}/"
        for path, data in self.archive.files.items():
            if not path.startswith(prefix) or "/" in path[len(prefix) :]:
                continue
            if not path.lower().endswith(".xml"):
                self.report.file_warning("only .xml files are read here", path, rule="stray-file")
                continue
            document, problem = parse_document(path, data)
            if problem is not None:
                self.report.xml_problem(problem, path)
                self.is_unreadable = True
            elif document is not None:
                yield document

    def _note_strays(self) -> None:
        folders = _FOLDERS[self.archive.kind]
        for path in self.archive.files:
            _, folder, *rest = path.split("/")
            if not rest or folder in _UNREAD:
                continue
            if folder not in folders:
                self.report.file_warning(f"the folder {folder!r} is not read", path, rule="stray-file")
            elif len(rest) > 1 and folder != "resources":
                self.report.file_warning("files in sub-folders are not read here", path, rule="stray-file")

    def _wrong_root(self, document: Document, wanted: str) -> None:
        message = f"the root element is <{local_name(document.root)}>, not <{wanted}>"
        self.report.error(message, document.source(document.root), rule="wrong-root")

    def _duplicate(self, name: str, second: "Node | P", first: "Node | P") -> None:
        message = f"the name {name!r} is taken already, by {first.source.file}"
        self.report.error(message, second.source, rule="duplicate-name")


def resource_urls(archive: Archive) -> Iterator[tuple[str, str]]:
    """Each resource file's URL, such as `jsc://folder/file.js`, and its path in the archive."""
    for path, _ in archive.under("resources"):
        kind, _, name = path.split("/", 2)[2].partition("/")
        if name:
            yield f"{kind}://{name}", path
