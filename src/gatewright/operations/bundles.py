"""From the zip of a bundle to what a revision says of it."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TypeAlias
from xml.sax.saxutils import quoteattr

from msgspec import UNSET, UnsetType

from gatewright.bundle.archive import Archive, ArchiveRefused, read_zip, write_zip
from gatewright.bundle.diagnostics import Diagnostic, Report
from gatewright.bundle.model import Bundle
from gatewright.bundle.read import read_bundle
from gatewright.entities import (
    BundleKind,
    ConfigurationVersion,
    ResourceFile,
    ResourceFiles,
    Revision,
)
from gatewright.operations.errors import InvalidBundle
from gatewright.policies.base import Policy

PolicyTypes: TypeAlias = Mapping[str, type[Policy]]
"""The catalogue: policy classes by their XML root element."""

ARCHIVE_KINDS: Mapping[BundleKind, str] = {"apiproxy": "apiproxy", "sharedflow": "sharedflowbundle"}


@dataclass(frozen=True, slots=True)
class ReadBundle:
    """A bundle that may be imported: its zip, its parts, and what was noticed, errors among it."""

    zip: bytes
    bundle: Bundle[Policy]
    diagnostics: tuple[Diagnostic, ...]


async def read_uploaded(
    data: bytes, policies: PolicyTypes, kind: BundleKind = "apiproxy", name: str | None = None
) -> ReadBundle:
    """The bundle in a zip. Raises InvalidBundle when the archive or an XML file in it cannot be read."""
    return await asyncio.to_thread(read_now, data, policies, kind, name)


def read_now(
    data: bytes, policies: PolicyTypes, kind: BundleKind = "apiproxy", name: str | None = None
) -> ReadBundle:
    """`read_uploaded` on this thread."""
    bundle, report = read_bundle(opened(data, kind, name), policies, name)
    if bundle is None:
        raise InvalidBundle(report, name or "the upload")
    return ReadBundle(data, bundle, tuple(report))


def opened(data: bytes, kind: BundleKind, name: str | None = None) -> Archive:
    """The files in a zip. Raises InvalidBundle for what is no archive of a bundle of that kind."""
    report = Report()
    try:
        archive = read_zip(data)
    except ArchiveRefused as refused:
        report.file_error(refused.message, refused.entry, rule="archive")
        raise InvalidBundle(report, name or "the upload") from None
    if archive.kind != ARCHIVE_KINDS[kind]:
        report.file_error(f"this is not an archive with a folder {ARCHIVE_KINDS[kind]}", archive.kind)
        raise InvalidBundle(report, name or "the upload")
    return archive


def empty_bundle(name: str, kind: BundleKind = "apiproxy") -> bytes:
    """The zip of a proxy or shared flow that has nothing but its name."""
    folder = ARCHIVE_KINDS[kind]
    root = "APIProxy" if kind == "apiproxy" else "SharedFlowBundle"
    descriptor = f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} name={quoteattr(name)}/>\n'
    return write_zip({f"{folder}/{name}.xml": descriptor.encode()})


def described(bundle: Bundle[Policy], name: str, number: int) -> Revision:
    """What the revision's record says of the bundle; who wrote it when is left open."""
    descriptor = bundle.descriptor
    version = descriptor.configuration_version if descriptor else None
    endpoints = tuple(each.name for each in bundle.proxy_endpoints)
    targets = tuple(each.name for each in bundle.target_endpoints)
    return Revision(
        name=name,
        revision=str(number),
        display_name=(descriptor and descriptor.display_name) or "",
        description=(descriptor and descriptor.description) or "",
        basepaths=_base_paths(bundle),
        configuration_version=ConfigurationVersion(
            major_version=version.major_version if version else 4,
            minor_version=version.minor_version if version else 0,
        ),
        policies=tuple(sorted({*bundle.policies, *bundle.unusable})),
        proxies=endpoints,
        proxy_endpoints=endpoints,
        target_endpoints=targets,
        targets=targets,
        shared_flows=_shared_flows(bundle),
        target_servers=_target_servers(bundle),
        resources=tuple(bundle.resources),
        resource_files=ResourceFiles(resource_file=tuple(map(_resource_file, bundle.resources))),
    )


def policy_files(archive: Archive, bundle: Bundle[Policy]) -> dict[str, str]:
    """The path of each policy's file by the policy's name; files that are no policy go by their file name."""
    named = {policy.source.file: name for name, policy in bundle.policies.items()}
    return {
        named.get(path, PurePosixPath(path).stem): path
        for path, _ in archive.under("policies")
        if path.lower().endswith(".xml")
    }


def _base_paths(bundle: Bundle[Policy]) -> tuple[str, ...]:
    connections = (endpoint.http_proxy_connection for endpoint in bundle.proxy_endpoints)
    return tuple(dict.fromkeys(each.base_path for each in connections if each is not None and each.base_path))


def _shared_flows(bundle: Bundle[Policy]) -> tuple[str, ...] | UnsetType:
    """Only shared flow bundles have the field, as in Edge."""
    if bundle.kind == "apiproxy":
        return UNSET
    return tuple(each.name for each in bundle.shared_flows)


def _target_servers(bundle: Bundle[Policy]) -> tuple[str, ...]:
    connections = (endpoint.http_target_connection for endpoint in bundle.target_endpoints)
    balancers = (each.load_balancer for each in connections if each is not None)
    return tuple(
        dict.fromkeys(server.name for each in balancers if each is not None for server in each.servers)
    )


def _resource_file(url: str) -> ResourceFile:
    kind, _, name = url.partition("://")
    return ResourceFile(name=name, type=kind)
