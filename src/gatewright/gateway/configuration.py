"""What the store says should be served, read in one go."""

from collections.abc import Mapping
from dataclasses import dataclass

from gatewright.engine.context import VirtualHostFacts
from gatewright.entities import Deployment, Organization
from gatewright.store.protocols import Transaction


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


def read_configuration(transaction: Transaction) -> Configuration:
    """Everything that decides what is served, but for the bundles themselves."""
    organizations = {name: transaction.organizations.get(name) for name in transaction.organizations.names()}
    return Configuration(
        version=transaction.changes.latest(),
        organizations=organizations,
        virtual_hosts=tuple(
            ListedVirtualHost(
                organization,
                environment,
                VirtualHostFacts(virtual_host.name, virtual_host.host_aliases, virtual_host.is_tls),
            )
            for organization in organizations
            for environment in transaction.environments.names(organization)
            for virtual_host in transaction.virtual_hosts.list(organization, environment)
        ),
        deployments=transaction.deployments.list("apiproxy"),
    )
