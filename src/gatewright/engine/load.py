"""From a bundle's zip to a CompiledProxy, with everything that is wrong collected on the way."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar

from gatewright.bundle.archive import Archive, ArchiveRefused, read_zip
from gatewright.bundle.check import check_bundle
from gatewright.bundle.diagnostics import Report
from gatewright.bundle.model import Bundle
from gatewright.bundle.read import read_bundle
from gatewright.engine.compile_proxy import compile_proxy
from gatewright.engine.compile_shared_flow import Linker, check_shared_flow, compilation
from gatewright.engine.compiler import PolicyLike
from gatewright.engine.ports import Ports
from gatewright.engine.proxy import CompiledProxy
from gatewright.engine.surroundings import Surroundings

P = TypeVar("P", bound=PolicyLike)


def load_proxy(
    data: bytes, policy_types: Mapping[str, type[PolicyLike]], surroundings: Surroundings, ports: Ports
) -> tuple[CompiledProxy | None, Report]:
    """The proxy ready to serve, or None when the report has errors. Does no I/O: ports are only kept.

    A shared flow has nothing to serve by itself: it gives a proxy without endpoints.
    """
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
    if bundle.kind == "sharedflowbundle":
        compiled = check_shared_flow(bundle, policy_types, surroundings, ports, report)
    else:
        linker = Linker(surroundings.shared_flows, policy_types)
        compiled = _compiled(bundle, surroundings, ports, report, linker)
    return (None if report.errors else compiled), report


def _compiled(
    bundle: Bundle[P], surroundings: Surroundings, ports: Ports, report: Report, linker: Linker
) -> CompiledProxy:
    shared = compilation(bundle, surroundings, ports, report, linker)
    compiled = compile_proxy(bundle, shared, surroundings.flow_hooks)
    linker.let_go()
    return replace(compiled, called=linker.called)
