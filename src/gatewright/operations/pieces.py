"""The pieces of a revision: its policies, endpoints and resource files, read and written one by one.

What is written goes live with the next deploy. Comments and unknown elements stay: files are kept as text.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from gatewright.bundle.archive import Archive, write_zip
from gatewright.bundle.diagnostics import Report
from gatewright.bundle.source import parse_document
from gatewright.entities import BundleKind, Revision
from gatewright.operations.bundles import PolicyTypes, ReadBundle, described, policy_files, read_now
from gatewright.operations.errors import (
    InvalidBundle,
    InvalidField,
    PieceAlreadyExists,
    PieceDoesNotExist,
    called,
)
from gatewright.operations.naming import check_given, check_name
from gatewright.operations.proxies import Imported, find_revision, touch_proxy
from gatewright.operations.stamps import modified
from gatewright.operations.work import reading, writing
from gatewright.store import Stale, Store, Transaction

_ATTEMPTS = 3


class PieceKind(StrEnum):
    """What a piece is. Its value is how messages call it."""

    POLICY = "Policy"
    PROXY_ENDPOINT = "ProxyEndpoint"
    TARGET_ENDPOINT = "TargetEndpoint"
    SHARED_FLOW = "SharedFlow"
    RESOURCE = "Resource"


_FOLDERS = {
    PieceKind.POLICY: "policies",
    PieceKind.PROXY_ENDPOINT: "proxies",
    PieceKind.TARGET_ENDPOINT: "targets",
    PieceKind.SHARED_FLOW: "sharedflows",
}


@dataclass(frozen=True, slots=True)
class RevisionOf:
    """Which revision is meant."""

    organization: str
    proxy: str
    number: int
    kind: BundleKind = "apiproxy"

    @property
    def about(self) -> dict[str, str]:
        return {"organization": self.organization, "proxy": self.proxy, **called(self.kind)}


async def get_piece(
    store: Store, of: RevisionOf, piece: PieceKind, name: str, policies: PolicyTypes
) -> bytes:
    """The file as it is. A resource is named by its URL: `jsc://folder/file.js`. Raises PieceDoesNotExist."""
    _, data = await reading(store, lambda tx: _bundle(tx, of), **of.about)
    read = await asyncio.to_thread(read_now, data, policies, of.kind, of.proxy)
    return read.bundle.archive.files[_path(of, read, piece, name)]


async def create_piece(
    store: Store,
    of: RevisionOf,
    piece: PieceKind,
    content: bytes,
    by: str,
    policies: PolicyTypes,
    name: str | None = None,
) -> Imported:
    """Add a file. The name of what is XML stands in its root element; `name`, if given, must agree.

    Raises PieceAlreadyExists, or InvalidBundle for XML that cannot be read.
    """
    named = _name(of, piece, content, name)

    def edit(read: ReadBundle) -> dict[str, bytes]:
        if named in _paths(read, piece):
            raise PieceAlreadyExists(
                kind=piece, name=named, revision=of.number, proxy=of.proxy, **called(of.kind)
            )
        return {**read.bundle.archive.files, _new_path(read.bundle.archive, piece, named): content}

    return await _edit(store, of, edit, by, policies)


async def update_piece(
    store: Store,
    of: RevisionOf,
    piece: PieceKind,
    name: str,
    content: bytes,
    by: str,
    policies: PolicyTypes,
) -> Imported:
    """Put other content in a file's place. Raises PieceDoesNotExist, or InvalidBundle."""
    _name(of, piece, content, name)

    def edit(read: ReadBundle) -> dict[str, bytes]:
        return {**read.bundle.archive.files, _path(of, read, piece, name): content}

    return await _edit(store, of, edit, by, policies)


async def delete_piece(
    store: Store, of: RevisionOf, piece: PieceKind, name: str, by: str, policies: PolicyTypes
) -> Imported:
    """Steps that name a deleted policy stay: the next deploy says so. Raises PieceDoesNotExist."""

    def edit(read: ReadBundle) -> dict[str, bytes]:
        gone = _path(of, read, piece, name)
        return {path: data for path, data in read.bundle.archive.files.items() if path != gone}

    return await _edit(store, of, edit, by, policies)


async def _edit(
    store: Store,
    of: RevisionOf,
    edit: Callable[[ReadBundle], Mapping[str, bytes]],
    by: str,
    policies: PolicyTypes,
) -> Imported:
    """Read the bundle, edit its files, write it back; over again when another writer was faster.

    Where many write at once, as clients do that upload in parallel, the last attempt keeps the others out.
    """
    for _ in range(_ATTEMPTS):
        bundle_hash, data = await reading(store, lambda tx: _bundle(tx, of), **of.about)
        edited = await asyncio.to_thread(_edited, data, edit, of, policies)
        try:
            revision = await writing(store, _replacement(of, edited, bundle_hash, by), **of.about)
        except Stale:
            continue
        return Imported(revision, edited.diagnostics)

    def work(tx: Transaction) -> Imported:
        bundle_hash, data = _bundle(tx, of)
        edited = _edited(data, edit, of, policies)
        return Imported(_replacement(of, edited, bundle_hash, by)(tx), edited.diagnostics)

    return await writing(store, work, **of.about)


def _edited(
    data: bytes, edit: Callable[[ReadBundle], Mapping[str, bytes]], of: RevisionOf, policies: PolicyTypes
) -> ReadBundle:
    """What was written must be readable, and safe, like an upload."""
    files = edit(read_now(data, policies, of.kind, of.proxy))
    return read_now(write_zip(files), policies, of.kind, of.proxy)


def _replacement(
    of: RevisionOf, edited: ReadBundle, expected_hash: str, by: str
) -> Callable[[Transaction], Revision]:
    def work(tx: Transaction) -> Revision:
        was = find_revision(tx, of.organization, of.kind, of.proxy, of.number)
        revision = modified(described(edited.bundle, of.proxy, of.number), was, by, tx.now_ms)
        touch_proxy(tx, of.organization, of.kind, of.proxy, by)
        tx.revisions.replace(of.organization, of.kind, revision, edited.zip, expected_hash)
        return revision

    return work


def _bundle(tx: Transaction, of: RevisionOf) -> tuple[str, bytes]:
    """Content hash and zip."""
    find_revision(tx, of.organization, of.kind, of.proxy, of.number)
    bundle_hash = tx.revisions.bundle_hash(of.organization, of.kind, of.proxy, of.number)
    return bundle_hash, tx.bundles.get(bundle_hash)


def _path(of: RevisionOf, read: ReadBundle, piece: PieceKind, name: str) -> str:
    """Raises PieceDoesNotExist."""
    path = _paths(read, piece).get(name)
    if path is None:
        raise PieceDoesNotExist(kind=piece, name=name, revision=of.number, proxy=of.proxy, **called(of.kind))
    return path


def _paths(read: ReadBundle, piece: PieceKind) -> Mapping[str, str]:
    """The files of that kind by the names of what they hold."""
    bundle = read.bundle
    match piece:
        case PieceKind.POLICY:
            return policy_files(bundle.archive, bundle)
        case PieceKind.PROXY_ENDPOINT:
            return {each.name: each.source.file for each in bundle.proxy_endpoints}
        case PieceKind.TARGET_ENDPOINT:
            return {each.name: each.source.file for each in bundle.target_endpoints}
        case PieceKind.SHARED_FLOW:
            return {each.name: each.source.file for each in bundle.shared_flows}
        case PieceKind.RESOURCE:
            return bundle.resources


def _new_path(archive: Archive, piece: PieceKind, name: str) -> str:
    """A path that no file has, even where case makes no difference."""
    if piece is PieceKind.RESOURCE:
        return f"{archive.kind}/resources/{name.replace('://', '/', 1)}"
    taken = {path.casefold() for path in archive.files}
    stem = f"{archive.kind}/{_FOLDERS[piece]}/{name}"
    numbered = (stem if number == 1 else f"{stem}-{number}" for number in range(1, len(taken) + 2))
    return next(f"{each}.xml" for each in numbered if f"{each}.xml".casefold() not in taken)


def _name(of: RevisionOf, piece: PieceKind, content: bytes, name: str | None) -> str:
    """The name that the piece has, or is given. Raises InvalidField, or InvalidBundle."""
    if piece is PieceKind.RESOURCE:
        check_given(type=(name or "").partition("://")[0], name=(name or "").partition("://")[2])
        return name or ""
    file = f"{_FOLDERS[piece]}/{name or 'new'}.xml"
    document, problem = parse_document(file, content)
    if document is None:
        report = Report()
        if problem is not None:
            report.xml_problem(problem, file)
        raise InvalidBundle(report, of.proxy)
    inside = document.root.get("name") or ""
    if name is not None and inside != name:
        raise InvalidField(field="name", problem=f"the XML says {inside!r}, the request {name!r}")
    check_name("name", inside)
    return inside
