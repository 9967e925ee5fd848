"""The deployer over a real store: compiles what changed, shares what did not; failures change nothing."""

import gc
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from tests.support.ports import NOW_MS, make_ports

from gatewright.bundle.archive import write_zip
from gatewright.engine.proxy import CompiledProxy
from gatewright.engine.snapshot import NOTHING, Snapshot
from gatewright.engine.target import Origin
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
from gatewright.gateway.deployer import CannotServe, Deployer, Flows, Load
from gatewright.gateway.loading import loader
from gatewright.policies import policy_types
from gatewright.store import Store, Transaction


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store.open(tmp_path / "gatewright.db", bytes(32), now_ms=lambda: NOW_MS)
    yield store
    store.close()


def bundle(name: str, base_path: str, target: str = "") -> bytes:
    """A proxy that answers by itself, or sends calls to the target's URL."""
    route = f'<RouteRule name="one">{f"<URL>{target}</URL>" if target else ""}</RouteRule>'
    proxy = (
        f'<ProxyEndpoint name="default"><HTTPProxyConnection><BasePath>{base_path}</BasePath>'
        f"</HTTPProxyConnection>{route}</ProxyEndpoint>"
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


def deploy(tx: Transaction, name: str, base_path: str, number: int = 1, content: bytes | None = None) -> None:
    if number == 1:
        tx.proxies.create("myorg", "apiproxy", name, MetaData())
    revision = Revision(name=name, revision=str(number))
    content_hash = tx.revisions.create("myorg", "apiproxy", revision, content or bundle(name, base_path))
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


class Held:
    """Remembers what it was told to hold."""

    def __init__(self) -> None:
        self.origins: list[frozenset[Origin]] = []

    def hold_only(self, origins: frozenset[Origin]) -> None:
        self.origins.append(origins)


async def test_the_targets_of_what_is_served_are_held_and_no_others(store: Store) -> None:
    await store.write(make_organization)
    gateway, held = Gateway(NOTHING), Held()
    deployer = Deployer(store, gateway, loader(policy_types(), make_ports()), "worker-1", held)
    await store.write(lambda tx: deploy(tx, "a", "/a", 1, bundle("a", "/a", "http://old.example/x")))
    await deployer.update()
    await store.write(lambda tx: deploy(tx, "a", "/a", 2, bundle("a", "/a", "https://new.example")))
    await deployer.update()
    old, new = Origin("http", "old.example", 80), Origin("https", "new.example", 443)
    assert held.origins == [frozenset({old}), frozenset({new})]


def endpoint(snapshot: Snapshot, path: str) -> object:
    routes = snapshot.virtual_host(is_tls=False, host="localhost")
    assert routes is not None
    route = routes.router.find(path)
    assert route is not None
    return route.endpoint


async def test_a_revision_that_cannot_be_compiled_leaves_the_one_before_it_serving(store: Store) -> None:
    load = loader(policy_types(), make_ports())

    def fails_on_two(
        deployment: Deployment, data: bytes, organization: Organization, flows: Flows
    ) -> CompiledProxy:
        if deployment.revision == "2":
            raise CannotServe("resources/jsc/x.js:3: this worker cannot run it")
        return load(deployment, data, organization, flows)

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


async def test_the_bundle_read_is_of_the_same_moment_as_the_deployment(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Saving a revision drops the zip it replaces; whoever reads it later would find it gone."""
    await store.write(make_organization)
    await store.write(lambda tx: deploy(tx, "a", "/a"))
    deployer, gateway = deployer_of(store)
    read = store.read

    async def saved_after_each_read(work: Callable[[Transaction], Any]) -> Any:
        found = await read(work)
        await store.write(save)
        return found

    def save(tx: Transaction) -> None:
        old = tx.revisions.bundle_hash("myorg", "apiproxy", "a", 1)
        revision = tx.revisions.get("myorg", "apiproxy", "a", 1)
        new = tx.revisions.replace("myorg", "apiproxy", revision, bundle("a", "/saved"), old)
        (deployed,) = tx.deployments.list("apiproxy")
        again = replace(deployed, configuration=Configuration(config_version=new))
        tx.deployments.put("apiproxy", again, [EndpointAddress(virtual_host="default", base_path="/saved")])
        tx.bundles.drop_unreferenced()

    monkeypatch.setattr(store, "read", saved_after_each_read)
    await deployer.update()
    assert served(gateway, "/a") == ("a", "1")


async def test_a_defect_in_compiling_one_bundle_leaves_the_others_served(store: Store) -> None:
    load = loader(policy_types(), make_ports())

    def trips_over_a(
        deployment: Deployment, data: bytes, organization: Organization, flows: Flows
    ) -> CompiledProxy:
        if deployment.api_proxy == "a":
            raise ZeroDivisionError
        return load(deployment, data, organization, flows)

    await store.write(make_organization)
    await store.write(lambda tx: deploy(tx, "a", "/a"))
    await store.write(lambda tx: deploy(tx, "b", "/b"))
    deployer, gateway = deployer_of(store, trips_over_a)
    await deployer.update()
    assert served(gateway, "/b") == ("b", "1")
    assert {report.name: report.state for report in deployer.reports} == {"a": "error", "b": "deployed"}


async def test_replaced_proxies_are_let_go_without_the_collectors_help(store: Store) -> None:
    """Nothing in a compiled proxy refers back to it, so 300 redeploys of 20 proxies leave nothing behind."""
    await store.write(make_organization)
    names = [f"p{number}" for number in range(20)]
    for name in names:
        await store.write(partial(deploy, name=name, base_path=f"/{name}", content=busy_bundle(name)))
    deployer, _ = deployer_of(store)
    await deployer.update()
    gc.collect()
    before = compiled_objects()
    gc.disable()
    try:
        for number in range(2, 17):
            for name in names:
                content = busy_bundle(name)
                await store.write(
                    partial(deploy, name=name, base_path=f"/{name}", number=number, content=content)
                )
                await deployer.update()
        after = compiled_objects()
    finally:
        gc.enable()
    assert before["ProxyEndpoint"] == 20
    assert after == before


ENGINE = "gatewright.engine."


def compiled_objects() -> Counter[str]:
    """How many objects of the engine there are, by class."""
    kinds = (type(each) for each in gc.get_objects())
    return Counter(kind.__name__ for kind in kinds if str(kind.__module__).startswith(ENGINE))


def busy_bundle(name: str) -> bytes:
    """A bundle with a step of many kinds, conditions, a fault rule and a target."""
    policies = {
        "key": '<VerifyAPIKey name="key"><APIKey ref="request.queryparam.apikey"/></VerifyAPIKey>',
        "token": '<OAuthV2 name="token"><Operation>VerifyAccessToken</Operation></OAuthV2>',
        "quota": (
            '<Quota name="quota"><Allow count="5"/><Interval>1</Interval><TimeUnit>hour</TimeUnit></Quota>'
        ),
        "spikes": '<SpikeArrest name="spikes"><Rate>30ps</Rate></SpikeArrest>',
        "set": (
            '<AssignMessage name="set"><Set><Headers><Header name="X-Of">{proxy.basepath}</Header></Headers>'
            "</Set><AssignVariable><Name>mine</Name><Ref>request.header.host</Ref></AssignVariable>"
            "</AssignMessage>"
        ),
        "refuse": (
            '<RaiseFault name="refuse"><FaultResponse><Set><Payload>{fault.name}</Payload></Set>'
            "</FaultResponse></RaiseFault>"
        ),
        "convert": (
            '<XMLToJSON name="convert"><Source>response</Source><OutputVariable>response</OutputVariable>'
            "<Options/></XMLToJSON>"
        ),
    }
    steps = "".join(
        f'<Step><Condition>request.verb = "GET" and a != "b"</Condition><Name>{each}</Name></Step>'
        for each in ("key", "token", "quota", "spikes", "set")
    )
    proxy = (
        f'<ProxyEndpoint name="default"><FaultRules><FaultRule name="f"><Step><Name>refuse</Name></Step>'
        f"</FaultRule></FaultRules><PreFlow><Request>{steps}</Request></PreFlow>"
        "<PostFlow><Response><Step><Name>convert</Name></Step></Response></PostFlow>"
        f"<HTTPProxyConnection><BasePath>/{name}</BasePath></HTTPProxyConnection>"
        '<RouteRule name="r"><TargetEndpoint>default</TargetEndpoint></RouteRule></ProxyEndpoint>'
    )
    target = (
        '<TargetEndpoint name="default"><HTTPTargetConnection><URL>http://t.example</URL>'
        "</HTTPTargetConnection></TargetEndpoint>"
    )
    files = {
        f"{name}.xml": f'<APIProxy name="{name}"/>',
        "proxies/default.xml": proxy,
        "targets/default.xml": target,
        **{f"policies/{each}.xml": xml for each, xml in policies.items()},
    }
    return write_zip({f"apiproxy/{path}": text.encode() for path, text in files.items()})
