"""Everything a worker serves at one moment: an immutable table from virtual hosts to compiled proxies."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from gatewright.engine.context import VirtualHostFacts
from gatewright.engine.proxy import CompiledProxy, ProxyEndpoint
from gatewright.engine.router import Router, segments_of


@dataclass(frozen=True, slots=True)
class VirtualHostRoutes:
    """A virtual host and the base paths that its environment's proxies have on it."""

    organization: str
    environment: str
    facts: VirtualHostFacts
    router: Router[ProxyEndpoint]
    conflicts: tuple[ProxyEndpoint, ...] = ()
    """Endpoints that are not served here because another proxy has their base path."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One configuration. A request reads the gateway's current snapshot once and keeps it to its end."""

    version: int
    by_alias: Mapping[tuple[bool, str], VirtualHostRoutes]
    """Keyed by whether the listener speaks TLS and the host in lower case, without its port."""
    without_host: VirtualHostRoutes | None
    """Serves HTTP/1.0 requests that name no host."""

    def virtual_host(self, *, is_tls: bool, host: str | None) -> VirtualHostRoutes | None:
        """The virtual host that answers to a Host field, matched without its port."""
        if host is None:
            return None if is_tls else self.without_host
        return self.by_alias.get((is_tls, host)) or self.by_alias.get((is_tls, host_without_port(host)))


NOTHING = Snapshot(version=-1, by_alias={}, without_host=None)
"""What a worker serves before it has read its first configuration."""


def host_without_port(host: str) -> str:
    """`Example.com:80` as `example.com`, `[::1]:80` as `[::1]`."""
    name, colon, port = host.rpartition(":")
    if colon and port.isdigit() and not name.endswith(":"):
        host = name
    return host.lower()


def virtual_host_routes(
    organization: str, environment: str, facts: VirtualHostFacts, proxies: Iterable[CompiledProxy]
) -> VirtualHostRoutes:
    """The routes of one virtual host. Who comes first with a base path keeps it; the rest are conflicts."""
    kept: dict[str, ProxyEndpoint] = {}
    conflicts: list[ProxyEndpoint] = []
    for proxy in proxies:
        for endpoint in proxy.endpoints:
            is_here = endpoint.virtual_hosts is None or facts.name in endpoint.virtual_hosts
            base_path = "/".join(segments_of(endpoint.base_path))
            if is_here and kept.setdefault(base_path, endpoint) is not endpoint:
                conflicts.append(endpoint)
    router = Router((endpoint.base_path, endpoint) for endpoint in kept.values())
    return VirtualHostRoutes(organization, environment, facts, router, tuple(conflicts))
