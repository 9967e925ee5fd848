"""Deployments as Edge lists them: by environment, by proxy and by revision."""

from collections.abc import Iterable
from itertools import groupby

import msgspec
from msgspec import field

from gatewright.entities import Configuration, Deployment, DeploymentState, Entity, Server
from gatewright.management.errors import Finding
from gatewright.operations.deployments import Deployed


class DeployedNow(Deployment, frozen=True, kw_only=True):
    """A deployment that has just been made, and everything that was noticed in its bundle."""

    warnings: tuple[Finding, ...] = ()


class DeploymentEntry(Entity, frozen=True, kw_only=True):
    """One deployment in a list; `name` is what the list does not say: the revision or the environment."""

    configuration: Configuration
    name: str
    server: tuple[Server, ...]
    state: DeploymentState


class ProxyEntry(Entity, frozen=True, kw_only=True):
    """A proxy's deployed revisions."""

    name: str
    revision: tuple[DeploymentEntry, ...]


class EnvironmentEntry(Entity, frozen=True, kw_only=True):
    """The revisions of one proxy that an environment serves."""

    name: str
    revision: tuple[DeploymentEntry, ...]


class EnvironmentProxies(Entity, frozen=True, kw_only=True):
    """All that an environment serves."""

    api_proxy: tuple[ProxyEntry, ...] = field(name="aPIProxy")
    name: str


class OrganizationDeployments(Entity, frozen=True, kw_only=True):
    """All that an organization has deployed."""

    environment: tuple[EnvironmentProxies, ...]
    name: str


class EnvironmentDeployments(EnvironmentProxies, frozen=True, kw_only=True):
    """All that an environment of an organization serves."""

    organization: str


class ProxyDeployments(Entity, frozen=True, kw_only=True):
    """Where a proxy is deployed."""

    environment: tuple[EnvironmentEntry, ...]
    name: str
    organization: str


class ProxyInEnvironment(Entity, frozen=True, kw_only=True):
    """The revisions of a proxy that one environment serves."""

    environment: str
    name: str
    organization: str
    revision: tuple[DeploymentEntry, ...]


class RevisionDeployments(Entity, frozen=True, kw_only=True):
    """Where a revision is deployed."""

    api_proxy: str = field(name="aPIProxy")
    environment: tuple[DeploymentEntry, ...]
    name: str
    organization: str


def deployed_now(deployed: Deployed, warnings: tuple[Finding, ...]) -> DeployedNow:
    return DeployedNow(**msgspec.structs.asdict(deployed.deployment), warnings=warnings)


def by_revision(found: Iterable[Deployment]) -> tuple[DeploymentEntry, ...]:
    """Each called by its revision."""
    return tuple(_entry(each, each.revision) for each in found)


def by_environment(found: Iterable[Deployment]) -> tuple[DeploymentEntry, ...]:
    """Each called by its environment."""
    return tuple(_entry(each, each.environment) for each in found)


def environments_of(found: Iterable[Deployment]) -> tuple[EnvironmentEntry, ...]:
    """Of one proxy's deployments, in order of environment."""
    groups = groupby(found, key=lambda each: each.environment)
    return tuple(EnvironmentEntry(name=name, revision=by_revision(group)) for name, group in groups)


def proxies_of(found: Iterable[Deployment]) -> tuple[ProxyEntry, ...]:
    """Of one environment's deployments, in order of proxy."""
    groups = groupby(found, key=lambda each: each.api_proxy)
    return tuple(ProxyEntry(name=name, revision=by_revision(group)) for name, group in groups)


def environments_with_proxies(found: Iterable[Deployment]) -> tuple[EnvironmentProxies, ...]:
    """Of an organization's deployments, in order of environment and proxy."""
    groups = groupby(found, key=lambda each: each.environment)
    return tuple(EnvironmentProxies(name=name, api_proxy=proxies_of(group)) for name, group in groups)


def _entry(deployment: Deployment, name: str) -> DeploymentEntry:
    return DeploymentEntry(
        configuration=deployment.configuration,
        name=name,
        server=deployment.server,
        state=deployment.state,
    )
