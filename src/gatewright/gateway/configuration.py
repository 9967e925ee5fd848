"""What the store says should be served, read in one go."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from gatewright.engine.context import VirtualHostFacts
from gatewright.entities import BundleKind, Deployment, FlowHook, Organization
from gatewright.store.protocols import Transaction

Place: TypeAlias = tuple[str, str]
"""An organization and an environment of it."""


@dataclass(frozen=True, slots=True)
class ListedVirtualHost:
    organization: str
    environment: str
    facts: VirtualHostFacts


@dataclass(frozen=True, slots=True)
class Configuration:
    """One state of the store. `version` is that of the last change it includes."""

    version: int
    organizations: Mapping[str, Organization]
    virtual_hosts: tuple[ListedVirtualHost, ...]
    deployments: tuple[Deployment, ...]
    shared_flows: tuple[Deployment, ...]
    shared_flow_versions: Mapping[Place, Mapping[str, str]]
    """The content of each shared flow that an environment has, by name."""
    flow_hooks: Mapping[Place, tuple[FlowHook, ...]]
    """Those with a shared flow."""

    @property
    def listed(self) -> tuple[tuple[BundleKind, Deployment], ...]:
        """Everything that is deployed; shared flows first."""
        return (
            *(("sharedflow", each) for each in self.shared_flows),
            *(("apiproxy", each) for each in self.deployments),
        )


def read_configuration(transaction: Transaction) -> Configuration:
    """Everything that decides what is served, but for the bundles themselves."""
    organizations = {name: transaction.organizations.get(name) for name in transaction.organizations.names()}
    environments = [
        (organization, environment)
        for organization in organizations
        for environment in transaction.environments.names(organization)
    ]
    shared_flows = transaction.deployments.list("sharedflow")
    versions: dict[Place, dict[str, str]] = defaultdict(dict)
    for each in shared_flows:
        versions[each.organization, each.environment][each.api_proxy] = each.configuration.config_version
    return Configuration(
        version=transaction.changes.latest(),
        organizations=organizations,
        virtual_hosts=tuple(
            ListedVirtualHost(
                organization,
                environment,
                VirtualHostFacts(virtual_host.name, virtual_host.host_aliases, virtual_host.is_tls),
            )
            for organization, environment in environments
            for virtual_host in transaction.virtual_hosts.list(organization, environment)
        ),
        deployments=transaction.deployments.list("apiproxy"),
        shared_flows=shared_flows,
        shared_flow_versions=dict(versions),
        flow_hooks={where: transaction.flow_hooks.list(*where) for where in environments},
    )
