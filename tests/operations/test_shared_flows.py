"""Shared flows as an operator handles them: what is refused, and what is let be."""

import pytest
from tests.engine.harness import callouts, shared_flow_zip, steps
from tests.operations.installation import BY, Installation

from gatewright.engine.ports import unplugged
from gatewright.entities import ApiProduct
from gatewright.operations.deployments import Deployed, deploy, deploy_check, get_deployment, undeploy
from gatewright.operations.errors import BasePathTaken, InvalidBundle, ProxyInProducts, RevisionDeployed
from gatewright.operations.flow_hooks import attach_flow_hook, detach_flow_hook, get_flow_hook
from gatewright.operations.products import create_product
from gatewright.operations.proxies import delete_proxy, get_proxy, import_revision, list_proxies
from gatewright.operations.revisions import overwrite_revision
from gatewright.policies import policy_types

TYPES = policy_types()
CHECK = deploy_check(TYPES, unplugged())


def calling(name: str, *flows: str) -> bytes:
    return shared_flow_zip(name, steps(" ".join(f"call-{flow}" for flow in flows)), callouts(flows))


async def bring(installed: Installation, name: str, content: bytes) -> int:
    made = await import_revision(installed.store, "myorg", name, content, BY, TYPES, "sharedflow")
    return made.revision.number


async def deploy_flow(installed: Installation, name: str, number: int, *, override: bool = False) -> Deployed:
    return await deploy(
        installed.store,
        "myorg",
        "test",
        name,
        number,
        check=CHECK,
        override=override,
        time_limit_s=0.2,
        kind="sharedflow",
    )


async def test_shared_flows_and_proxies_have_names_of_their_own(installed: Installation) -> None:
    await installed.import_bundle("same")
    await bring(installed, "same", calling("same"))
    assert await list_proxies(installed.store, "myorg", "sharedflow") == ("same",)
    assert (await get_proxy(installed.store, "myorg", "same", "sharedflow")).revision == ("1",)
    await delete_proxy(installed.store, "myorg", "same", "sharedflow")
    assert await list_proxies(installed.store, "myorg") == ("same",)


async def test_a_circle_is_refused_by_the_deployment_that_would_close_it(installed: Installation) -> None:
    a, b = await bring(installed, "a", calling("a", "b")), await bring(installed, "b", calling("b", "a"))
    done = await deploy_flow(installed, "a", a)
    assert [each.rule for each in done.diagnostics] == ["shared-flow-not-deployed"]
    with pytest.raises(InvalidBundle, match="circle: b → a → b"):
        await deploy_flow(installed, "b", b)
    harmless = await bring(installed, "b", calling("b"))
    await deploy_flow(installed, "b", harmless)
    with pytest.raises(InvalidBundle, match="circle"):
        await deploy_flow(installed, "b", b, override=True)


async def test_an_environment_has_one_revision_of_a_shared_flow(installed: Installation) -> None:
    first, second = [await bring(installed, "a", calling("a")) for _ in range(2)]
    await deploy_flow(installed, "a", first)
    with pytest.raises(BasePathTaken, match="revision 1 of the SharedFlow a in myorg/test"):
        await deploy_flow(installed, "a", second)
    done = await deploy_flow(installed, "a", second, override=True)
    assert [each.revision for each in done.replaced] == ["1"]


async def test_a_shared_flow_may_go_while_others_call_it(installed: Installation) -> None:
    await deploy_flow(installed, "b", await bring(installed, "b", calling("b")))
    await deploy_flow(installed, "a", await bring(installed, "a", calling("a", "b")))
    await attach_flow_hook(installed.store, "myorg", "test", "PreProxyFlowHook", "b", time_limit_s=0.2)
    was = await undeploy(installed.store, "myorg", "test", "b", 1, kind="sharedflow", time_limit_s=0.2)
    assert was.state == "undeployed"


async def test_a_deployed_shared_flow_is_not_deleted(installed: Installation) -> None:
    await deploy_flow(installed, "a", await bring(installed, "a", calling("a")))
    with pytest.raises(RevisionDeployed, match="of SharedFlow a as it is deployed in test"):
        await delete_proxy(installed.store, "myorg", "a", "sharedflow")


async def test_a_product_that_names_a_proxy_does_not_hold_a_shared_flow_of_that_name(
    installed: Installation,
) -> None:
    await installed.import_bundle("a")
    await bring(installed, "a", calling("a"))
    await create_product(installed.store, "myorg", ApiProduct(name="P", proxies=("a",)), BY)
    await delete_proxy(installed.store, "myorg", "a", "sharedflow")
    with pytest.raises(ProxyInProducts):
        await delete_proxy(installed.store, "myorg", "a")


async def test_overwriting_a_deployed_shared_flow_deploys_it_anew(installed: Installation) -> None:
    await deploy_flow(installed, "a", await bring(installed, "a", calling("a")))
    before = await get_deployment(installed.store, "myorg", "test", "a", 1, "sharedflow")
    _, deployments = await overwrite_revision(
        installed.store,
        "myorg",
        "a",
        1,
        calling("a", "missing"),
        BY,
        TYPES,
        check=CHECK,
        time_limit_s=0.2,
        kind="sharedflow",
    )
    assert deployments[0].configuration.config_version != before.configuration.config_version


async def test_a_hook_keeps_what_was_attached_last(installed: Installation) -> None:
    for name in ("a", "b"):
        await bring(installed, name, calling(name))
        await attach_flow_hook(
            installed.store, "myorg", "test", "PreTargetFlowHook", name, continue_on_error=False
        )
    hook = await get_flow_hook(installed.store, "myorg", "test", "PreTargetFlowHook")
    assert (hook.attached, hook.continue_on_error) == ("b", False)
    assert (await get_flow_hook(installed.store, "myorg", "prod", "PreTargetFlowHook")).attached is None


@pytest.mark.parametrize(("version", "state"), [(0, "pending"), (1_000_000, "deployed")])
async def test_a_hook_is_pending_until_every_worker_has_taken_it_up(
    installed: Installation, version: int, state: str
) -> None:
    await bring(installed, "a", calling("a"))
    await installed.worker("w1")
    await installed.worker("w2", version)
    changed = await attach_flow_hook(
        installed.store, "myorg", "test", "PreProxyFlowHook", "a", time_limit_s=0.05
    )
    assert changed.state == state
    gone = await detach_flow_hook(installed.store, "myorg", "test", "PreProxyFlowHook", time_limit_s=0.05)
    assert gone.state == ("undeployed" if state == "deployed" else "pending")
