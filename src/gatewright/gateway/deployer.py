"""From the store's state to a snapshot: compiles what changed, shares what did not, swaps one attribute."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from gatewright.engine.proxy import CompiledProxy
from gatewright.engine.shared_flows import DeployedSharedFlow, SharedFlows
from gatewright.engine.snapshot import Snapshot, VirtualHostRoutes, virtual_host_routes
from gatewright.engine.target import Origin
from gatewright.entities import BundleKind, Deployment, FlowHook, Organization
from gatewright.gateway.application import Gateway
from gatewright.gateway.configuration import Configuration, Place, read_configuration
from gatewright.store import Report, Store, Transaction

log = logging.getLogger(__name__)

PLAIN_HOST = "localhost"
"""The virtual host with this alias also serves HTTP/1.0 requests that name no host."""


class CannotServe(Exception):
    """This worker cannot serve a deployment; the text says why."""


@dataclass(frozen=True, slots=True)
class Flows:
    """What an environment adds to its proxies: its shared flows and its flow hooks."""

    shared: SharedFlows
    hooks: tuple[FlowHook, ...] = ()


Load: TypeAlias = Callable[[Deployment, bytes, Organization, Flows], CompiledProxy]
"""Compiles a deployment's bundle. Raises CannotServe."""

Key: TypeAlias = tuple[BundleKind, Deployment, Organization]


@dataclass(frozen=True, slots=True)
class Compiled:
    """A deployment that has been compiled, and the flow hooks that are compiled into it."""

    proxy: CompiledProxy
    hooks: tuple[FlowHook, ...]

    def is_current(self, versions: Mapping[str, str], hooks: tuple[FlowHook, ...]) -> bool:
        """Whether the environment's shared flows, content by name, and hooks are those compiled into it."""
        called = self.proxy.called
        return hooks == self.hooks and all(versions.get(name) == called[name] for name in called)


class Targets(Protocol):
    """The connections to targets."""

    def hold_only(self, origins: frozenset[Origin]) -> None:
        """Close the idle connections of what was held before and is not among these."""
        ...


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one deployment fared here: what is served for it, and what is wrong, if anything."""

    kind: BundleKind
    deployment: Deployment
    proxy: CompiledProxy | None
    error: str = ""


class Deployer:
    """Keeps `gateway.current` equal to what the store says. Mutable: remembers what it has compiled."""

    def __init__(
        self, store: Store, gateway: Gateway, load: Load, worker_id: str, targets: Targets | None = None
    ) -> None:
        self._store = store
        self._gateway = gateway
        self._load = load
        self._worker_id = worker_id
        self._targets = targets
        self._compiled: dict[Key, Compiled] = {}
        self._serving: dict[tuple[str, str, str, str], CompiledProxy] = {}
        self.reports: tuple[Report, ...] = ()

    async def update(self) -> None:
        """Serve the store's state of now. A deployment that cannot be compiled leaves the old one serving.

        Raises StoreUnavailable; then everything stays as it is.
        """
        configuration, bundles = await self._store.read(self._look)
        outcomes = await asyncio.to_thread(self._compile_all, configuration, bundles)
        self._gateway.current = await asyncio.to_thread(_snapshot, configuration, outcomes)
        self._remember(configuration, outcomes)
        if self._targets is not None:
            self._targets.hold_only(frozenset().union(*(proxy.targets for proxy in self._serving.values())))
        self.reports = tuple(self._report(outcome) for outcome in outcomes)

    def _look(self, transaction: Transaction) -> tuple[Configuration, Mapping[str, bytes]]:
        """The state of now and the bundles that must be compiled, all of one moment: later one could be gone.

        Those of the shared flows that they may call are among them.
        """
        configuration = read_configuration(transaction)
        stale = [each for each in configuration.listed if self._current(*each, configuration) is None]
        places = {(deployment.organization, deployment.environment) for _, deployment in stale}
        wanted = {
            deployment.configuration.config_version
            for deployment in (
                *(deployment for _, deployment in stale),
                *(each for each in configuration.shared_flows if _place_of(each) in places),
            )
        }
        return configuration, {each: transaction.bundles.get(each) for each in wanted}

    def _current(
        self, kind: BundleKind, deployment: Deployment, configuration: Configuration
    ) -> CompiledProxy | None:
        """What has been compiled of it, if neither it nor any shared flow inside it has changed since."""
        compiled = self._compiled.get(
            (kind, deployment, configuration.organizations[deployment.organization])
        )
        if compiled is None:
            return None
        place = _place_of(deployment)
        is_current = compiled.is_current(
            configuration.shared_flow_versions.get(place, {}), _hooks(configuration, place)
        )
        return compiled.proxy if is_current else None

    def _compile_all(self, configuration: Configuration, bundles: Mapping[str, bytes]) -> list[Outcome]:
        flows: dict[Place, Flows] = {}
        outcomes = []
        for kind, deployment in configuration.listed:
            compiled = self._current(kind, deployment, configuration)
            if compiled is not None:
                outcomes.append(Outcome(kind, deployment, compiled))
                continue
            place = _place_of(deployment)
            if place not in flows:
                flows[place] = _flows(configuration, place, bundles)
            organization = configuration.organizations[deployment.organization]
            bundle = bundles[deployment.configuration.config_version]
            outcomes.append(self._compile(kind, deployment, bundle, organization, flows[place]))
        return outcomes

    def _compile(
        self,
        kind: BundleKind,
        deployment: Deployment,
        bundle: bytes,
        organization: Organization,
        flows: Flows,
    ) -> Outcome:
        try:
            return Outcome(kind, deployment, self._load(deployment, bundle, organization, flows))
        except CannotServe as failure:
            log.error("a deployment cannot be served", extra={**_facts(deployment), "reason": str(failure)})
            reason = str(failure)
        except Exception:
            # A defect in compiling one bundle must not keep this worker from serving all the others.
            log.exception("compiling a deployment failed", extra=_facts(deployment))
            reason = "an internal error while compiling; the worker's log holds the details"
        return Outcome(kind, deployment, self._serving.get(_name_of(kind, deployment)), reason)

    def _remember(self, configuration: Configuration, outcomes: Iterable[Outcome]) -> None:
        good = [(each, each.proxy) for each in outcomes if each.proxy is not None]
        self._compiled = {
            (each.kind, each.deployment, configuration.organizations[each.deployment.organization]): Compiled(
                proxy, _hooks(configuration, _place_of(each.deployment))
            )
            for each, proxy in good
            if not each.error
        }
        self._serving = {_name_of(each.kind, each.deployment): proxy for each, proxy in good}

    def _report(self, outcome: Outcome) -> Report:
        deployment = outcome.deployment
        return Report(
            worker_id=self._worker_id,
            organization=deployment.organization,
            environment=deployment.environment,
            kind=outcome.kind,
            name=deployment.api_proxy,
            revision=deployment.number,
            bundle_hash=deployment.configuration.config_version,
            state="error" if outcome.error else "deployed",
            error=outcome.error,
        )


def _flows(configuration: Configuration, place: Place, bundles: Mapping[str, bytes]) -> Flows:
    versions = configuration.shared_flow_versions.get(place, {})
    shared = {name: DeployedSharedFlow(version, bundles[version]) for name, version in versions.items()}
    return Flows(SharedFlows(shared), _hooks(configuration, place))


def _hooks(configuration: Configuration, place: Place) -> tuple[FlowHook, ...]:
    return configuration.flow_hooks.get(place, ())


def _snapshot(configuration: Configuration, outcomes: Iterable[Outcome]) -> Snapshot:
    proxies: dict[Place, list[CompiledProxy]] = defaultdict(list)
    for outcome in outcomes:
        if outcome.proxy is not None:
            place = outcome.proxy.place
            proxies[place.organization, place.environment].append(outcome.proxy)
    by_alias: dict[tuple[bool, str], VirtualHostRoutes] = {}
    for listed in configuration.virtual_hosts:
        its_proxies = proxies[listed.organization, listed.environment]
        routes = virtual_host_routes(listed.organization, listed.environment, listed.facts, its_proxies)
        _log_conflicts(routes)
        for alias in listed.facts.aliases:
            by_alias.setdefault((listed.facts.is_tls, alias.lower()), routes)
    return Snapshot(configuration.version, by_alias, by_alias.get((False, PLAIN_HOST)))


def _log_conflicts(routes: VirtualHostRoutes) -> None:
    for endpoint in routes.conflicts:
        log.error(
            "a base path is taken by another proxy; this one is not served there",
            extra={
                "organization": routes.organization,
                "environment": routes.environment,
                "virtual_host": routes.facts.name,
                "proxy": endpoint.place.proxy,
                "base_path": endpoint.base_path,
            },
        )


def _name_of(kind: BundleKind, deployment: Deployment) -> tuple[str, str, str, str]:
    return kind, deployment.organization, deployment.environment, deployment.api_proxy


def _place_of(deployment: Deployment) -> Place:
    return deployment.organization, deployment.environment


def _facts(deployment: Deployment) -> dict[str, str]:
    return {
        "organization": deployment.organization,
        "environment": deployment.environment,
        "proxy": deployment.api_proxy,
        "revision": deployment.revision,
    }
