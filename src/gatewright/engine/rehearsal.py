"""Compile a bundle as for deployment, but with ports that reach nothing: to see what is wrong with it."""

from collections.abc import Mapping

from gatewright.bundle.archive import Archive
from gatewright.bundle.diagnostics import Report
from gatewright.engine.compiler import PolicyLike
from gatewright.engine.load import load_archive
from gatewright.engine.ports import unplugged
from gatewright.engine.surroundings import Surroundings


def rehearse(
    archive: Archive, policy_types: Mapping[str, type[PolicyLike]], surroundings: Surroundings
) -> Report:
    """Everything that reading, checking and compiling the bundle find."""
    _, report = load_archive(archive, policy_types, surroundings, unplugged())
    return report
