"""From a bundle's zip to a CompiledProxy, with everything that is wrong collected on the way."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from gatewright.bundle.archive import Archive, ArchiveRefused, read_zip
from gatewright.bundle.check import check_bundle
from gatewright.bundle.diagnostics import Report
from gatewright.bundle.read import read_bundle
from gatewright.engine.compile_proxy import compile_proxy
from gatewright.engine.compiler import Compilation, OrganizationFeatures, PolicyLike
from gatewright.engine.context import Place
from gatewright.engine.ports import Ports
from gatewright.engine.proxy import CompiledProxy

_URL_AUTHORITY = re.compile(rb"https?://([A-Za-z0-9._~:\[\]-]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a bundle finds where it is deployed."""

    place: Place
    virtual_hosts: frozenset[str] | None = None
    """The names that the environment has; None when they need not be looked at."""
    features: OrganizationFeatures = field(default_factory=OrganizationFeatures)


def load_proxy(
    data: bytes, policy_types: Mapping[str, type[PolicyLike]], surroundings: Surroundings, ports: Ports
) -> tuple[CompiledProxy | None, Report]:
    """The proxy ready to serve, or None when the report has errors. Does no I/O: ports are only kept."""
    try:
        archive = read_zip(data)
    except ArchiveRefused as refused:
        report = Report()
        report.file_error(str(refused), refused.entry, rule="archive")
        return None, report
    return load_archive(archive, policy_types, surroundings, ports)


def load_archive(
    archive: Archive, policy_types: Mapping[str, type[PolicyLike]], surroundings: Surroundings, ports: Ports
) -> tuple[CompiledProxy | None, Report]:
    """The same from an archive that has been read."""
    bundle, report = read_bundle(archive, policy_types, surroundings.place.proxy or None)
    if bundle is None:
        return None, report
    check_bundle(bundle, report, surroundings.virtual_hosts)
    shared = Compilation(
        place=surroundings.place,
        ports=ports,
        policies=bundle.policies,
        resources=bundle.resource,
        report=report,
        features=surroundings.features,
        trusted_authorities=authorities_written_in(archive),
    )
    compiled = compile_proxy(bundle, shared)
    return (None if report.errors else compiled), report


def authorities_written_in(archive: Archive) -> frozenset[str]:
    """`host` and `host:port` of every URL that the bundle's files spell out, in lower case.

    Its author chose them, so a policy may send calls there; other addresses come from request data.
    """
    return frozenset(
        found.decode("ascii").lower()
        for content in archive.files.values()
        for found in _URL_AUTHORITY.findall(content)
    )
