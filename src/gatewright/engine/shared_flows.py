"""The shared flows of an environment: found by name, read when first asked for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from gatewright.bundle.archive import ArchiveRefused, read_zip
from gatewright.bundle.model import Bundle, SharedFlow
from gatewright.bundle.read import read_bundle
from gatewright.engine.authorities import authorities_written_in
from gatewright.engine.compiler import PolicyLike

P = TypeVar("P", bound=PolicyLike)

DEFAULT = "default"
"""The flow of a bundle that is called; bundles have but one, as a rule under this name."""


@dataclass(frozen=True, slots=True)
class DeployedSharedFlow:
    """What an environment has of a shared flow: its zip, and the name of that content."""

    version: str
    zip: bytes


@dataclass(frozen=True, slots=True)
class ReadSharedFlow:
    """A shared flow bundle that has been read."""

    flow: SharedFlow | None
    """The flow that callers run; None when the bundle has none."""
    policies: Mapping[str, PolicyLike]
    resources: Callable[[str], bytes | None]
    authorities: frozenset[str]
    """`host` and `host:port` of the URLs that its files spell out."""

    @classmethod
    def of(cls, bundle: Bundle[P]) -> "ReadSharedFlow":
        flows = sorted(bundle.shared_flows, key=lambda flow: flow.name != DEFAULT)
        authorities = authorities_written_in(bundle.archive)
        return cls(next(iter(flows), None), bundle.policies, bundle.resource, authorities)


@dataclass(slots=True)
class SharedFlows:
    """The shared flows deployed in one environment. Mutable: keeps what it has read."""

    _deployed: Mapping[str, DeployedSharedFlow]
    _read: dict[str, ReadSharedFlow | None] = field(default_factory=dict, compare=False)

    def version_of(self, name: str) -> str | None:
        """The name of the content that is deployed; None when nothing is."""
        found = self._deployed.get(name)
        return None if found is None else found.version

    def find(self, name: str, policy_types: Mapping[str, type[PolicyLike]]) -> ReadSharedFlow | None:
        """None when it is not deployed, or what is deployed cannot be read.

        Its own deployment has checked that it can: what a worker alone finds is a missing flow.
        """
        if name not in self._read:
            deployed = self._deployed.get(name)
            self._read[name] = None if deployed is None else _read(deployed.zip, policy_types, name)
        return self._read[name]

    def having(self, name: str, read: ReadSharedFlow) -> "SharedFlows":
        """The same with another content under that name: what the environment is about to have."""
        return SharedFlows({**self._deployed, name: DeployedSharedFlow("", b"")}, {**self._read, name: read})


def _read(data: bytes, policy_types: Mapping[str, type[PolicyLike]], name: str) -> ReadSharedFlow | None:
    try:
        archive = read_zip(data)
    except ArchiveRefused:
        return None
    bundle, _ = read_bundle(archive, policy_types, name)
    return None if bundle is None else ReadSharedFlow.of(bundle)
