"""Compile a bundle as for deployment, but with ports that reach nothing: to see what is wrong with it."""

from collections.abc import Mapping
from typing import NoReturn

from gatewright.bundle.archive import Archive
from gatewright.bundle.diagnostics import Report
from gatewright.engine.compiler import PolicyLike
from gatewright.engine.load import Surroundings, load_archive
from gatewright.engine.ports import Ports, StoreAway


def rehearse(
    archive: Archive, policy_types: Mapping[str, type[PolicyLike]], surroundings: Surroundings
) -> Report:
    """Everything that reading, checking and compiling the bundle find."""
    _, report = load_archive(archive, policy_types, surroundings, _nowhere())
    return report


def _nowhere() -> Ports:
    nowhere = _Nowhere()
    return Ports(clock=nowhere, chance=nowhere, clients=nowhere, tokens=nowhere, counters=nowhere)


class _Nowhere:
    """Every port, leading nowhere. Nothing is asked of it: compiling only keeps ports, and nothing is run."""

    def _refuse(self, *_: object, **__: object) -> NoReturn:
        raise StoreAway("a rehearsal compiles a proxy and never runs it")

    now_ms = now_us = token = uuid = find = secret_matches = _refuse
    issue = find_by_refresh_token = replace = take = take_rolling = try_pass = _refuse
