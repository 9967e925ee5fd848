"""The deployer over a real store: compiles what changed, shares what did not; failures change nothing."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.ports import NOW_MS, make_ports

from gatewright.bundle.archive import write_zip
from gatewright.engine.proxy import CompiledProxy
from gatewright.engine.snapshot import NOTHING, Snapshot
from gatewright.entities import (
    Configuration,
    Deployment,
    EndpointAddress,
    Environment,
    MetaData,
    Organization,
    Revision,
    VirtualHost,
)
from gatewright.gateway.application import Gateway
from gatewright.gateway.deployer import CannotServe, Deployer, Load
from gatewright.gateway.loading import loader
from gatewright.policies import policy_types
from gatewright.store import Store, Transaction


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store.open(tmp_path / "gatewright.db", bytes(32), now_ms=lambda: NOW_MS)
    yield store
    store.close()


def bundle(name: str, base_path: str) -> bytes:
    proxy = (
        f'<ProxyEndpoint name="default"><HTTPProxyConnection><BasePath>{base_path}</BasePath>'
        '</HTTPProxyConnection><RouteRule name="null"/></ProxyEndpoint>'
    )
    return write_zip(
        {
            f"apiproxy/{name}.xml": f'<APIProxy name="{name}"/>'.encode(),
            "apiproxy/proxies/default.xml": proxy.encode(),
        }
    )


def make_organization(tx: Transaction) -> None:
    tx.organizations.create(Organization(name="myorg"))
    tx.environments.create("myorg", Environment(name="test"))
    host = VirtualHost(name="default", port="9001", host_aliases=("myorg-test.localhost", "localhost"))
    tx.virtual_hosts.create("myorg", "test", host)


def deploy(tx: Transaction, name: str, base_path: str, number: int = 1) -> None:
    if number == 1:
        tx.proxies.create("myorg", "apiproxy", name, MetaData())
    revision = Revision(name=name, revision=str(number))
    content_hash = tx.revisions.create("myorg", "apiproxy", revision, bundle(name, base_path))
    for other in tx.deployments.list("apiproxy", "myorg", "test", name):
        tx.deployments.delete("apiproxy", other)
    deployment = Deployment(
        api_proxy=name,
        organization="myorg",
        environment="test",
        name=str(number),
        revision=str(number),
        configuration=Configuration(config_version=content_hash),
    )
    address = EndpointAddress(virtual_host="default", base_path=base_path)
    tx.deployments.put("apiproxy", deployment, [address])


def served(gateway: Gateway, path: str, host: str | None = "localhost") -> tuple[str, str] | None:
    routes = gateway.current.virtual_host(is_tls=False, host=host)
    route = None if routes is None else routes.router.find(path)
    return None if route is None else (route.endpoint.place.proxy, route.endpoint.place.revision)


def deployer_of(store: Store, load: Load | None = None) -> tuple[Deployer, Gateway]:
    gateway = Gateway(NOTHING)
    return Deployer(store, gateway, load or loader(policy_types(), make_ports()), "worker-1"), gateway


async def test_what_is_deployed_is_served_by_every_alias_and_without_a_host(store: Store) -> None:
    await store.write(make_organization)
    await store.write(lambda tx: deploy(tx, "a", "/a"))
    deployer, gateway = deployer_of(store)
    await deployer.update()
    for host in ("localhost", "LOCALHOST", "localhost:9001", "myorg-test.localhost", None):
        assert served(gateway, "/a/x", host) == ("a", "1")
    assert served(gateway, "/a/x", "other.localhost") is None
    assert served(gateway, "/b") is None
    assert gateway.current.version == await store.read(lambda tx: tx.changes.latest())


async def test_what_did_not_change_is_shared_between_snapshots(store: Store) -> None:
    await store.write(make_organization)
    await store.write(lambda tx: deploy(tx, "a", "/a"))
    await store.write(lambda tx: deploy(tx, "b", "/b"))
    deployer, gateway = deployer_of(store)
    await deployer.update()
    before = gateway.current
    await store.write(lambda tx: deploy(tx, "b", "/b", 2))
    await deployer.update()
    assert served(gateway, "/b") == ("b", "2")
    assert endpoint(before, "/a") is endpoint(gateway.current, "/a")
    assert endpoint(before, "/b") is not endpoint(gateway.current, "/b")


def endpoint(snapshot: Snapshot, path: str) -> object:
    routes = snapshot.virtual_host(is_tls=False, host="localhost")
    assert routes is not None
    route = routes.router.find(path)
    assert route is not None
    return route.endpoint


async def test_a_revision_that_cannot_be_compiled_leaves_the_one_before_it_serving(store: Store) -> None:
    load = loader(policy_types(), make_ports())

    def fails_on_two(deployment: Deployment, data: bytes, organization: Organization) -> CompiledProxy:
        if deployment.revision == "2":
            raise CannotServe("resources/jsc/x.js:3: this worker cannot run it")
        return load(deployment, data, organization)

    await store.write(make_organization)
    await store.write(lambda tx: deploy(tx, "a", "/a"))
    deployer, gateway = deployer_of(store, fails_on_two)
    await deployer.update()
    await store.write(lambda tx: deploy(tx, "a", "/a", 2))
    await deployer.update()
    assert served(gateway, "/a") == ("a", "1")
    (report,) = deployer.reports
    assert (report.revision, report.state) == (2, "error")
    assert "x.js:3" in report.error


async def test_an_undeployed_proxy_is_served_no_more(store: Store) -> None:
    await store.write(make_organization)
    await store.write(lambda tx: deploy(tx, "a", "/a"))
    deployer, gateway = deployer_of(store)
    await deployer.update()

    def undeploy(tx: Transaction) -> None:
        for each in tx.deployments.list("apiproxy"):
            tx.deployments.delete("apiproxy", each)

    await store.write(undeploy)
    await deployer.update()
    assert served(gateway, "/a") is None
    assert deployer.reports == ()


async def test_a_change_of_the_organizations_features_compiles_its_proxies_anew(store: Store) -> None:
    await store.write(make_organization)
    await store.write(lambda tx: deploy(tx, "a", "/a"))
    deployer, gateway = deployer_of(store)
    await deployer.update()
    before = endpoint(gateway.current, "/a")
    await store.write(lambda tx: tx.organizations.update(Organization(name="myorg", display_name="Mine")))
    await deployer.update()
    assert endpoint(gateway.current, "/a") is not before
