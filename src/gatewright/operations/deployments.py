"""Deployments: which revisions an environment serves.

What is deployed is checked first, all findings at once; what is live goes on serving until its successor
is. A deployment pins the bundle by content hash, so that writing to the revision disturbs nothing.
"""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeAlias

from gatewright.bundle.diagnostics import Diagnostic, Report
from gatewright.engine.compiler import OrganizationFeatures
from gatewright.engine.context import Place
from gatewright.engine.load import load_proxy
from gatewright.engine.ports import Ports
from gatewright.engine.proxy import CompiledProxy
from gatewright.engine.shared_flows import DeployedSharedFlow, SharedFlows
from gatewright.engine.surroundings import Surroundings
from gatewright.entities import (
    EVERY_VIRTUAL_HOST,
    BundleKind,
    Configuration,
    Deployment,
    EndpointAddress,
)
from gatewright.operations.acknowledgement import (
    deployed_everywhere,
    undeployed_everywhere,
    with_servers,
)
from gatewright.operations.bundles import PolicyTypes
from gatewright.operations.errors import BasePathTaken, InvalidBundle, NotDeployed, WrittenMeanwhile, called
from gatewright.operations.proxies import find_revision
from gatewright.operations.work import reading, writing
from gatewright.store import Store, Transaction, content_hash

TIME_LIMIT_S = 30.0
"""How long a deploy or undeploy waits for the workers."""


DeployCheck: TypeAlias = Callable[[bytes, Surroundings], tuple[CompiledProxy | None, Report]]
"""Compiles a zip as a worker would, without serving it: see `deploy_check`."""


def deploy_check(policies: PolicyTypes, ports: Ports) -> DeployCheck:
    """The engine's own compiler as a check. The ports are never used."""
    return lambda data, around: load_proxy(data, policies, around, ports)


@dataclass(frozen=True, slots=True)
class Deployed:
    """A deployment with what the workers say of it, what it took the place of, and the check's warnings."""

    deployment: Deployment
    replaced: tuple[Deployment, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckedDeployment:
    """A deployment that passed its check."""

    deployment: Deployment
    addresses: tuple[EndpointAddress, ...]
    diagnostics: tuple[Diagnostic, ...]


async def deploy(
    store: Store,
    organization: str,
    environment: str,
    proxy: str,
    number: int,
    *,
    check: DeployCheck,
    override: bool = False,
    base_path: str = "/",
    time_limit_s: float = TIME_LIMIT_S,
    kind: BundleKind = "apiproxy",
) -> Deployed:
    """Deploy a revision, or deploy it anew when it has been written to; returns when all workers serve it.

    With `override` it takes the place of the proxy's other revisions without a gap. `base_path` comes
    before the base paths of its endpoints. Raises InvalidBundle, or BasePathTaken: of a shared flow an
    environment has one revision at a time.
    """
    about = _about(organization, environment, proxy, kind)

    def look(tx: Transaction) -> tuple[bytes, Surroundings]:
        tx.environments.get(organization, environment)
        find_revision(tx, organization, kind, proxy, number)
        bundle_hash = tx.revisions.bundle_hash(organization, kind, proxy, number)
        place = Place(organization, environment, proxy, str(number), base_path)
        return tx.bundles.get(bundle_hash), surroundings(tx, place)

    data, around = await reading(store, look, **about)
    checked = await asyncio.to_thread(checked_deployment, data, around, check)

    def work(tx: Transaction) -> tuple[int, tuple[Deployment, ...]]:
        bundle_hash = tx.revisions.bundle_hash(organization, kind, proxy, number)
        if bundle_hash != checked.deployment.configuration.config_version:
            raise WrittenMeanwhile(name=number, proxy=proxy)
        others = tuple(
            each
            for each in tx.deployments.list(kind, organization, environment, proxy)
            if each.number != number
        )
        if kind == "sharedflow" and others and not override:
            raise _taken(kind, checked.deployment, "/", proxy, others[0].number)
        replaced = others if override else ()
        for other in replaced:
            tx.deployments.delete(kind, other)
        return put_deployment(tx, kind, checked), replaced

    version, replaced = await writing(store, work, **about)
    deployment = await deployed_everywhere(store, kind, checked.deployment, version, time_limit_s)
    return Deployed(deployment, replaced, checked.diagnostics)


async def undeploy(
    store: Store,
    organization: str,
    environment: str,
    proxy: str,
    number: int,
    *,
    time_limit_s: float = TIME_LIMIT_S,
    kind: BundleKind = "apiproxy",
) -> Deployment:
    """Returns when no worker serves it any more. Raises RevisionNotDeployed."""
    about = _about(organization, environment, proxy, kind) | {"revision": str(number)}

    def work(tx: Transaction) -> tuple[Deployment, int]:
        tx.environments.get(organization, environment)
        tx.proxies.get(organization, kind, proxy)
        was = tx.deployments.get(organization, environment, kind, proxy, number)
        return was, tx.deployments.delete(kind, was)

    was, version = await writing(store, work, **about)
    return await undeployed_everywhere(store, was, version, time_limit_s)


async def list_deployments(
    store: Store,
    organization: str,
    environment: str | None = None,
    proxy: str | None = None,
    kind: BundleKind = "apiproxy",
) -> tuple[Deployment, ...]:
    """In order of environment, proxy and revision, with what the workers say."""

    def work(tx: Transaction) -> tuple[Deployment, ...]:
        tx.organizations.get(organization)
        if environment is not None:
            tx.environments.get(organization, environment)
        if proxy is not None:
            tx.proxies.get(organization, kind, proxy)
        found = tx.deployments.list(kind, organization, environment, proxy)
        return tuple(with_servers(tx, kind, each) for each in found)

    return await reading(store, work, **_about(organization, environment or "", proxy or "", kind))


async def get_deployments(
    store: Store, organization: str, environment: str, proxy: str, kind: BundleKind = "apiproxy"
) -> tuple[Deployment, ...]:
    """The proxy's deployments in one environment. Raises NotDeployed when there are none."""
    found = await list_deployments(store, organization, environment, proxy, kind)
    if not found:
        raise NotDeployed(proxy=proxy, environment=environment)
    return found


async def get_deployment(
    store: Store,
    organization: str,
    environment: str,
    proxy: str,
    number: int,
    kind: BundleKind = "apiproxy",
) -> Deployment:
    """Raises RevisionNotDeployed."""

    def work(tx: Transaction) -> Deployment:
        tx.environments.get(organization, environment)
        find_revision(tx, organization, kind, proxy, number)
        found = tx.deployments.get(organization, environment, kind, proxy, number)
        return with_servers(tx, kind, found)

    about = _about(organization, environment, proxy, kind) | {"revision": str(number)}
    return await reading(store, work, **about)


def surroundings(tx: Transaction, place: Place) -> Surroundings:
    """What a bundle finds at that place."""
    organization = tx.organizations.get(place.organization)
    virtual_hosts = tx.virtual_hosts.list(place.organization, place.environment)
    return Surroundings(
        place=place,
        virtual_hosts=frozenset(each.name for each in virtual_hosts),
        features=OrganizationFeatures(organization.answers_too_many_requests),
        shared_flows=SharedFlows(deployed_shared_flows(tx, place.organization, place.environment)),
        flow_hooks=tx.flow_hooks.list(place.organization, place.environment),
    )


def deployed_shared_flows(
    tx: Transaction, organization: str, environment: str
) -> dict[str, DeployedSharedFlow]:
    """The shared flows that an environment has, by name."""
    deployed = tx.deployments.list("sharedflow", organization, environment)
    versions = {each.api_proxy: each.configuration.config_version for each in deployed}
    return {name: DeployedSharedFlow(version, tx.bundles.get(version)) for name, version in versions.items()}


def checked_deployment(data: bytes, around: Surroundings, check: DeployCheck) -> CheckedDeployment:
    """The deployment of that bundle at that place. Raises InvalidBundle with all findings."""
    place = around.place
    compiled, report = check(data, around)
    if compiled is None:
        raise InvalidBundle(report, place.proxy)
    deployment = Deployment(
        api_proxy=place.proxy,
        organization=place.organization,
        environment=place.environment,
        name=place.revision,
        revision=place.revision,
        configuration=Configuration(base_path=place.deployment_base_path, config_version=content_hash(data)),
    )
    return CheckedDeployment(deployment, tuple(_addresses(compiled)), tuple(report))


def put_deployment(tx: Transaction, kind: BundleKind, checked: CheckedDeployment) -> int:
    """Deploy what was checked; the version of the change. Raises BasePathTaken."""
    deployment = checked.deployment
    for address in checked.addresses:
        _check_free(tx, kind, deployment, address)
    return tx.deployments.put(kind, deployment, checked.addresses)


def _addresses(compiled: CompiledProxy) -> Iterable[EndpointAddress]:
    for endpoint in compiled.endpoints:
        for virtual_host in sorted(endpoint.virtual_hosts or (EVERY_VIRTUAL_HOST,)):
            yield EndpointAddress(virtual_host=virtual_host, base_path=endpoint.base_path)


def _check_free(tx: Transaction, kind: BundleKind, deployment: Deployment, address: EndpointAddress) -> None:
    occupant = tx.deployments.occupant(deployment.organization, deployment.environment, address)
    if occupant is None or occupant == (kind, deployment.api_proxy, deployment.number):
        return
    occupying, proxy, revision = occupant
    raise _taken(occupying, deployment, address.base_path, proxy, revision)


def _taken(kind: BundleKind, wanted: Deployment, base_path: str, proxy: str, revision: int) -> BasePathTaken:
    """Edge says the same of a shared flow that is deployed already, though it has no path."""
    return BasePathTaken(
        base_path=base_path,
        revision=revision,
        proxy=proxy,
        organization=wanted.organization,
        environment=wanted.environment,
        **called(kind),
    )


def _about(organization: str, environment: str, proxy: str, kind: BundleKind) -> dict[str, str]:
    return {"organization": organization, "environment": environment, "proxy": proxy, **called(kind)}
