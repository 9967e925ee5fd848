"""What a bundle finds where it is deployed."""

from dataclasses import dataclass, field

from gatewright.engine.compiler import OrganizationFeatures
from gatewright.engine.context import Place
from gatewright.engine.shared_flows import SharedFlows
from gatewright.entities import FlowHook


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a bundle finds where it is deployed."""

    place: Place
    virtual_hosts: frozenset[str] | None = None
    """The names that the environment has; None when they need not be looked at."""
    features: OrganizationFeatures = field(default_factory=OrganizationFeatures)
    shared_flows: SharedFlows | None = None
    """Those that are deployed in the environment; None when it is not known which."""
    flow_hooks: tuple[FlowHook, ...] = ()
    """Those of the environment that have a shared flow."""
