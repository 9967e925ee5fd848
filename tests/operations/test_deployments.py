"""Deploying: checked first, without gaps, answered when every worker serves it."""

import asyncio
from collections.abc import Mapping

import pytest
from tests.operations.installation import CHECK, Installation

from gatewright.entities import Deployment, EndpointAddress, Environment, VirtualHost
from gatewright.operations.acknowledgement import LIVE_FOR_MS
from gatewright.operations.deployments import (
    deploy,
    get_deployment,
    get_deployments,
    list_deployments,
    undeploy,
)
from gatewright.operations.environments import create_environment, delete_environment
from gatewright.operations.errors import (
    BasePathTaken,
    EnvironmentDoesNotExist,
    EnvironmentInUse,
    InvalidBundle,
    ManagementError,
    NotDeployed,
    OrganizationDoesNotExist,
    ProxyDoesNotExist,
    RevisionDoesNotExist,
    RevisionNotDeployed,
    VirtualHostInUse,
)
from gatewright.operations.virtual_hosts import create_virtual_host, delete_virtual_host
from gatewright.store import content_hash


async def deployed(installed: Installation) -> list[tuple[str, str]]:
    found = await list_deployments(installed.store, "myorg", "test")
    return [(each.api_proxy, each.revision) for each in found]


async def test_a_deployment_pins_the_bundle_by_its_content(installed: Installation) -> None:
    number = await installed.import_bundle()
    done = await installed.deploy(number)
    bundle = await installed.store.read(
        lambda tx: tx.bundles.get(done.deployment.configuration.config_version)
    )
    assert content_hash(bundle) == done.deployment.configuration.config_version
    assert done.deployment.state == "deployed"
    assert (done.deployment.name, done.deployment.revision) == ("1", "1")


UNFIT: dict[str, Mapping[str, str | None]] = {
    "unknown step": {
        "proxies/default.xml": """<ProxyEndpoint name="default"><PreFlow><Request><Step><Name>No</Name></Step>
            </Request></PreFlow><HTTPProxyConnection><BasePath>/p</BasePath></HTTPProxyConnection>
            <RouteRule name="n"/></ProxyEndpoint>"""
    },
    "missing target": {"targets/default.xml": None},
    "unknown virtual host": {
        "proxies/default.xml": """<ProxyEndpoint name="default"><HTTPProxyConnection><BasePath>/p</BasePath>
            <VirtualHost>nowhere</VirtualHost></HTTPProxyConnection><RouteRule name="n"/></ProxyEndpoint>"""
    },
    "no proxy endpoint": {"proxies/default.xml": None},
}


@pytest.mark.parametrize("fault", UNFIT)
async def test_what_cannot_run_is_imported_and_not_deployed(installed: Installation, fault: str) -> None:
    live = await installed.import_bundle()
    await installed.deploy(live)
    spoilt = await installed.import_bundle(files=UNFIT[fault])
    with pytest.raises(InvalidBundle) as refused:
        await installed.deploy(spoilt, override=True)
    assert any(each.severity == "error" and each.file for each in refused.value.diagnostics)
    assert await deployed(installed) == [("p", "1")]


async def test_all_findings_come_at_once(installed: Installation) -> None:
    number = await installed.import_bundle(files={**UNFIT["unknown step"], "targets/default.xml": "<Wrong/>"})
    with pytest.raises(InvalidBundle) as refused:
        await installed.deploy(number)
    files = {each.file for each in refused.value.diagnostics if each.severity == "error"}
    assert files == {"apiproxy/proxies/default.xml", "apiproxy/targets/default.xml"}


async def test_another_revision_needs_override_and_then_takes_its_place(installed: Installation) -> None:
    await installed.deploy(await installed.import_bundle())
    second = await installed.import_bundle()
    with pytest.raises(BasePathTaken, match="conflicts with existing deployment path for revision 1"):
        await installed.deploy(second)
    done = await installed.deploy(second, override=True)
    assert [each.revision for each in done.replaced] == ["1"]
    assert await deployed(installed) == [("p", "2")]


async def test_a_base_path_belongs_to_one_proxy_of_an_environment(installed: Installation) -> None:
    await installed.deploy(await installed.import_bundle())
    await installed.import_bundle("q")
    with pytest.raises(BasePathTaken, match="APIProxy p in myorg/test"):
        await installed.deploy(1, "q", override=True)
    in_prod = await deploy(installed.store, "myorg", "prod", "q", 1, check=CHECK)
    assert in_prod.deployment.environment == "prod"


async def test_a_base_path_of_the_deployment_sets_revisions_apart(installed: Installation) -> None:
    await installed.deploy(await installed.import_bundle())
    second = await installed.import_bundle()
    done = await installed.deploy(second, base_path="/v2")
    assert await deployed(installed) == [("p", "1"), ("p", "2")]
    addresses = await installed.store.read(lambda tx: tx.deployments.addresses("apiproxy", done.deployment))
    assert addresses == (EndpointAddress(virtual_host="*", base_path="/v2/p"),)


async def test_deploying_again_is_no_conflict_with_itself(installed: Installation) -> None:
    number = await installed.import_bundle()
    await installed.deploy(number)
    await installed.deploy(number)
    assert await deployed(installed) == [("p", "1")]


async def test_two_deploys_at_once_leave_one_of_them(installed: Installation) -> None:
    await installed.import_bundle()
    await installed.import_bundle("q")
    outcomes = await asyncio.gather(installed.deploy(1), installed.deploy(1, "q"), return_exceptions=True)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["BasePathTaken", "Deployed"]
    assert len(await deployed(installed)) == 1


async def test_undeploying_takes_it_away(installed: Installation) -> None:
    await installed.worker("w")
    number = await installed.import_bundle()
    await installed.report("w", number, "deployed")
    await installed.deploy(number)
    gone = await undeploy(installed.store, "myorg", "test", "p", number, time_limit_s=0.2)
    assert (gone.state, [server.status for server in gone.server]) == ("undeployed", ["undeployed"])
    with pytest.raises(RevisionNotDeployed):
        await undeploy(installed.store, "myorg", "test", "p", number)
    with pytest.raises(NotDeployed):
        await get_deployments(installed.store, "myorg", "test", "p")


def states(deployment: Deployment) -> dict[str, tuple[str, object]]:
    return {server.uuid: (server.status, server.error or "") for server in deployment.server}


async def test_each_live_worker_says_how_far_it_is(installed: Installation) -> None:
    number = await installed.import_bundle()
    await installed.worker("dead")
    installed.clock.advance(LIVE_FOR_MS + 1)
    await installed.worker("good")
    await installed.worker("failed")
    await installed.worker("late", version=0)
    await installed.report("good", number, "deployed")
    await installed.report("failed", number, "error", "no such certificate")
    done = await installed.deploy(number)
    found = states(done.deployment)
    assert done.deployment.state == "error"
    assert found["good"][0] == "deployed"
    assert found["failed"] == ("error", "no such certificate")
    assert found["late"] == ("pending", "the worker has not taken up the change within 0.2 s")
    assert "dead" not in found


async def test_a_deploy_returns_once_the_last_worker_has_taken_it_up(installed: Installation) -> None:
    number = await installed.import_bundle()
    await installed.worker("w", version=0)
    deploying = asyncio.ensure_future(
        deploy(installed.store, "myorg", "test", "p", number, check=CHECK, time_limit_s=30)
    )
    async with asyncio.timeout(10):
        while not await deployed(installed):  # noqa: ASYNC110  (the store has no event for it)
            await asyncio.sleep(0.001)
    assert not deploying.done()
    await installed.report("w", number, "deployed")
    await installed.worker("w")
    done = await asyncio.wait_for(deploying, 5)
    assert states(done.deployment) == {"w": ("deployed", "")}
    assert done.deployment.state == "deployed"


async def test_a_report_on_another_bundle_does_not_count(installed: Installation) -> None:
    number = await installed.import_bundle()
    await installed.worker("w")
    await installed.deploy(number)
    found = await get_deployment(installed.store, "myorg", "test", "p", number)
    assert (found.state, states(found)["w"][0]) == ("pending", "pending")


MISSING: list[tuple[tuple[str, str, str, int], type[ManagementError]]] = [
    (("no", "test", "p", 1), EnvironmentDoesNotExist),
    (("myorg", "no", "p", 1), EnvironmentDoesNotExist),
    (("myorg", "test", "no", 1), ProxyDoesNotExist),
    (("myorg", "test", "p", 9), RevisionDoesNotExist),
]


@pytest.mark.parametrize(("place", "error"), MISSING)
async def test_what_is_not_there_cannot_be_deployed(
    installed: Installation, place: tuple[str, str, str, int], error: type[ManagementError]
) -> None:
    await installed.import_bundle()
    with pytest.raises(error):
        await deploy(installed.store, *place, check=CHECK)


async def test_lists_of_what_is_not_there_are_refused(installed: Installation) -> None:
    with pytest.raises(OrganizationDoesNotExist):
        await list_deployments(installed.store, "no")
    with pytest.raises(EnvironmentDoesNotExist):
        await list_deployments(installed.store, "myorg", "no")
    assert await list_deployments(installed.store, "myorg") == ()


async def test_a_virtual_host_that_a_proxy_is_deployed_on_stays(installed: Installation) -> None:
    other = VirtualHost(name="other", port="9001", host_aliases=("other.localhost",))
    await create_virtual_host(installed.store, "myorg", "test", other)
    endpoint = """<ProxyEndpoint name="default"><HTTPProxyConnection><BasePath>/p</BasePath>
        <VirtualHost>other</VirtualHost></HTTPProxyConnection><RouteRule name="n"/></ProxyEndpoint>"""
    await installed.deploy(await installed.import_bundle(files={"proxies/default.xml": endpoint}))
    with pytest.raises(VirtualHostInUse, match="p"):
        await delete_virtual_host(installed.store, "myorg", "test", "other")
    await undeploy(installed.store, "myorg", "test", "p", 1)
    await delete_virtual_host(installed.store, "myorg", "test", "other")


async def test_an_environment_goes_only_when_nothing_is_in_it(installed: Installation) -> None:
    with pytest.raises(EnvironmentInUse):
        await delete_environment(installed.store, "myorg", "test")
    await create_environment(installed.store, "myorg", Environment(name="empty"), "a@b.example")
    await delete_environment(installed.store, "myorg", "empty")
