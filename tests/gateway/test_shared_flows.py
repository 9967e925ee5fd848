"""Shared flows and flow hooks in a worker: a change reaches the proxies that run them, and no others."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import cast

import pytest
from tests.engine.harness import call_in_loop, shared_flow_zip, steps
from tests.support.ports import NOW_MS, make_ports

from gatewright.bundle.archive import write_zip
from gatewright.engine.proxy import ProxyEndpoint
from gatewright.engine.snapshot import NOTHING
from gatewright.entities import (
    BundleKind,
    Configuration,
    Deployment,
    EndpointAddress,
    Environment,
    FlowHook,
    FlowHookPoint,
    MetaData,
    Organization,
    Revision,
    VirtualHost,
)
from gatewright.gateway.application import Gateway
from gatewright.gateway.deployer import Deployer
from gatewright.gateway.loading import loader
from gatewright.message import Response
from gatewright.policies import policy_types
from gatewright.store import Missing, Store, Transaction


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    store = Store.open(tmp_path / "gatewright.db", bytes(32), now_ms=lambda: NOW_MS)
    await store.write(_fill)
    yield store
    store.close()


def _fill(tx: Transaction) -> None:
    tx.organizations.create(Organization(name="myorg"))
    for name in ("test", "prod"):
        tx.environments.create("myorg", Environment(name=name))
        host = VirtualHost(name="default", port="9001", host_aliases=(f"{name}.localhost",))
        tx.virtual_hosts.create("myorg", name, host)


@pytest.fixture
def gateway() -> Gateway:
    return Gateway(NOTHING)


@pytest.fixture
def deployer(store: Store, gateway: Gateway) -> Deployer:
    return Deployer(store, gateway, loader(policy_types(), make_ports()), "worker-1")


def saying(text: str) -> dict[str, str]:
    """A policy that adds a header field, which tells who ran."""
    headers = f'<Add><Headers><Header name="Ran">{text}</Header></Headers></Add>'
    return {"say": f'<AssignMessage name="say">{headers}<AssignTo type="response"/></AssignMessage>'}


def flow_zip(name: str, text: str) -> bytes:
    return shared_flow_zip(name, steps("say"), saying(text))


def calling_zip(name: str, *flows: str) -> bytes:
    """A shared flow that calls others."""
    return shared_flow_zip(name, steps(" ".join(flows)), _callouts(flows))


def proxy_zip(base_path: str, *flows: str) -> bytes:
    """A proxy that calls shared flows in its response."""
    proxy = (
        f'<ProxyEndpoint name="default"><HTTPProxyConnection><BasePath>{base_path}</BasePath>'
        f"</HTTPProxyConnection><PreFlow><Response>{steps(' '.join(flows))}</Response></PreFlow>"
        '<RouteRule name="null"/></ProxyEndpoint>'
    )
    files = {"proxies/default.xml": proxy, **{f"policies/{n}.xml": x for n, x in _callouts(flows).items()}}
    return write_zip({f"apiproxy/{path}": text.encode() for path, text in files.items()})


def _callouts(flows: tuple[str, ...]) -> dict[str, str]:
    return {
        name: f'<FlowCallout name="{name}"><SharedFlowBundle>{name}</SharedFlowBundle></FlowCallout>'
        for name in flows
    }


async def put(
    store: Store, kind: BundleKind, name: str, content: bytes, base_path: str = "", environment: str = "test"
) -> None:
    """Deploy a new revision in place of what is deployed."""

    def work(tx: Transaction) -> None:
        try:
            number = len(tx.proxies.get("myorg", kind, name).revision) + 1
        except Missing:
            number = 1
            tx.proxies.create("myorg", kind, name, MetaData())
        revision = Revision(name=name, revision=str(number))
        version = tx.revisions.create("myorg", kind, revision, content)
        _undeploy(tx, kind, name, environment)
        deployment = Deployment(
            api_proxy=name,
            organization="myorg",
            environment=environment,
            name=str(number),
            revision=str(number),
            configuration=Configuration(config_version=version),
        )
        addresses = [EndpointAddress(virtual_host="default", base_path=base_path)] if base_path else []
        tx.deployments.put(kind, deployment, addresses)

    await store.write(work)


def _undeploy(tx: Transaction, kind: BundleKind, name: str, environment: str = "test") -> None:
    for each in tx.deployments.list(kind, "myorg", environment, name):
        tx.deployments.delete(kind, each)


async def attach(store: Store, point: str, flow: str, environment: str = "test") -> None:
    hook = FlowHook(flow_hook_point=cast("FlowHookPoint", point), shared_flow=flow)
    await store.write(lambda tx: tx.flow_hooks.put("myorg", environment, hook))


def endpoint(gateway: Gateway, path: str, environment: str = "test") -> ProxyEndpoint:
    routes = gateway.current.virtual_host(is_tls=False, host=f"{environment}.localhost")
    route = None if routes is None else routes.router.find(path)
    assert route is not None
    return route.endpoint


async def ran(gateway: Gateway, path: str, environment: str = "test") -> str:
    """Who ran, by their header fields; the fault's code when there was one."""
    result = await call_in_loop(endpoint(gateway, path, environment), Response(), uri=path)
    response = result.response
    if response.status != 200:
        return response.text.partition('"errorcode":"')[2].partition('"')[0]
    return " ".join(response.headers.get_all("Ran"))


async def test_a_new_revision_of_a_shared_flow_reaches_its_callers_without_their_redeploy(
    store: Store, gateway: Gateway, deployer: Deployer
) -> None:
    await put(store, "sharedflow", "s", flow_zip("s", "first"))
    await put(store, "apiproxy", "caller", proxy_zip("/caller", "s"), "/caller")
    await put(store, "apiproxy", "other", proxy_zip("/other"), "/other")
    await deployer.update()
    assert await ran(gateway, "/caller") == "first"
    caller, other = endpoint(gateway, "/caller"), endpoint(gateway, "/other")
    await put(store, "sharedflow", "s", flow_zip("s", "second"))
    await deployer.update()
    assert await ran(gateway, "/caller") == "second"
    assert endpoint(gateway, "/caller") is not caller
    assert endpoint(gateway, "/other") is other


async def test_a_call_under_way_keeps_the_shared_flow_it_began_with(
    store: Store, gateway: Gateway, deployer: Deployer
) -> None:
    await put(store, "sharedflow", "s", flow_zip("s", "first"))
    await put(store, "apiproxy", "caller", proxy_zip("/caller", "s"), "/caller")
    await deployer.update()
    before = endpoint(gateway, "/caller")
    await put(store, "sharedflow", "s", flow_zip("s", "second"))
    await deployer.update()
    result = await call_in_loop(before, Response(), uri="/caller")
    assert result.response.headers.get_all("Ran") == ["first"]


async def test_a_change_deep_inside_reaches_the_proxies_above_it(
    store: Store, gateway: Gateway, deployer: Deployer
) -> None:
    await put(store, "sharedflow", "inner", flow_zip("inner", "first"))
    await put(store, "sharedflow", "outer", calling_zip("outer", "inner"))
    await put(store, "apiproxy", "caller", proxy_zip("/caller", "outer"), "/caller")
    await deployer.update()
    await put(store, "sharedflow", "inner", flow_zip("inner", "second"))
    await deployer.update()
    assert await ran(gateway, "/caller") == "second"


async def test_a_shared_flow_that_comes_or_goes_is_noticed_by_its_callers(
    store: Store, gateway: Gateway, deployer: Deployer
) -> None:
    await put(store, "apiproxy", "caller", proxy_zip("/caller", "s"), "/caller")
    await deployer.update()
    assert await ran(gateway, "/caller") == "flow.SharedFlowNotFound"
    await put(store, "sharedflow", "s", flow_zip("s", "here"))
    await deployer.update()
    assert await ran(gateway, "/caller") == "here"
    await store.write(lambda tx: _undeploy(tx, "sharedflow", "s"))
    await deployer.update()
    assert await ran(gateway, "/caller") == "flow.SharedFlowNotFound"


async def test_shared_flows_belong_to_their_environment(
    store: Store, gateway: Gateway, deployer: Deployer
) -> None:
    for environment in ("test", "prod"):
        await put(store, "apiproxy", "caller", proxy_zip("/caller", "s"), "/caller", environment)
        await put(store, "sharedflow", "s", flow_zip("s", environment), environment=environment)
    await deployer.update()
    in_prod = endpoint(gateway, "/caller", "prod")
    await put(store, "sharedflow", "s", flow_zip("s", "changed"))
    await deployer.update()
    assert (await ran(gateway, "/caller"), await ran(gateway, "/caller", "prod")) == ("changed", "prod")
    assert endpoint(gateway, "/caller", "prod") is in_prod


async def test_a_flow_hook_works_on_what_is_deployed_until_it_is_detached(
    store: Store, gateway: Gateway, deployer: Deployer
) -> None:
    await put(store, "sharedflow", "s", flow_zip("s", "hook"))
    for name in ("a", "b"):
        await put(store, "apiproxy", name, proxy_zip(f"/{name}"), f"/{name}")
    await put(store, "apiproxy", "a", proxy_zip("/a"), "/a", "prod")
    await deployer.update()
    await attach(store, "PostProxyFlowHook", "s")
    await deployer.update()
    assert [await ran(gateway, "/a"), await ran(gateway, "/b"), await ran(gateway, "/a", "prod")] == [
        "hook",
        "hook",
        "",
    ]
    await put(store, "sharedflow", "s", flow_zip("s", "changed"))
    await deployer.update()
    assert await ran(gateway, "/a") == "changed"
    await store.write(lambda tx: tx.flow_hooks.delete("myorg", "test", "PostProxyFlowHook"))
    await deployer.update()
    assert await ran(gateway, "/a") == ""


async def test_a_shared_flow_that_cannot_run_leaves_its_callers_with_the_one_before(
    store: Store, gateway: Gateway, deployer: Deployer
) -> None:
    """A deploy refuses it; here the worker alone finds out."""
    await put(store, "sharedflow", "s", flow_zip("s", "sound"))
    await put(store, "apiproxy", "caller", proxy_zip("/caller", "s"), "/caller")
    await deployer.update()
    variable = "<AssignVariable><Name>x</Name><Template>{noFunction(y)}</Template></AssignVariable>"
    broken = {"say": f'<AssignMessage name="say">{variable}</AssignMessage>'}
    await put(store, "sharedflow", "s", shared_flow_zip("s", steps("say"), broken))
    await deployer.update()
    assert await ran(gateway, "/caller") == "sound"
    reports = {(each.kind, each.name): (each.state, each.error) for each in deployer.reports}
    assert [state for state, _ in reports.values()] == ["error", "error"]
    assert "sharedflowbundle/policies/say.xml:1" in reports["sharedflow", "s"][1]
    assert "the shared flow s cannot run here" in reports["apiproxy", "caller"][1]


async def test_a_worker_reports_shared_flows_like_proxies_also_under_one_name(
    store: Store, gateway: Gateway, deployer: Deployer
) -> None:
    await put(store, "sharedflow", "same", flow_zip("same", "flow"))
    await put(store, "apiproxy", "same", proxy_zip("/same", "same"), "/same")
    await deployer.update()
    assert await ran(gateway, "/same") == "flow"
    found = {(each.kind, each.name, each.revision, each.state) for each in deployer.reports}
    assert found == {("sharedflow", "same", 1, "deployed"), ("apiproxy", "same", 1, "deployed")}
