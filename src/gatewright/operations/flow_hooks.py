"""Flow hooks: which shared flow an environment runs around the endpoints of all its proxies.

What is attached or detached takes effect on the proxies that are deployed, without deploying them anew.
"""

from dataclasses import dataclass

from gatewright.entities import FLOW_HOOK_POINTS, DeploymentState, FlowHook, FlowHookPoint
from gatewright.operations.acknowledgement import taken_up
from gatewright.operations.deployments import TIME_LIMIT_S
from gatewright.operations.errors import FlowHookDoesNotExist, called
from gatewright.operations.work import reading, writing
from gatewright.store import Store, Transaction


@dataclass(frozen=True, slots=True)
class ChangedFlowHook:
    """A flow hook after a change, and how far the change has come."""

    hook: FlowHook
    state: DeploymentState
    """"pending" when a worker has not taken it up in time."""
    warning: str = ""


async def list_flow_hooks(store: Store, organization: str, environment: str) -> tuple[str, ...]:
    """The four points, whether a shared flow is attached or not."""
    await reading(store, lambda tx: tx.environments.get(organization, environment), **_about(organization))
    return FLOW_HOOK_POINTS


async def get_flow_hook(store: Store, organization: str, environment: str, name: str) -> FlowHook:
    """Without a shared flow when none is attached. Raises FlowHookDoesNotExist."""
    point = _point(name, environment)

    def work(tx: Transaction) -> FlowHook:
        tx.environments.get(organization, environment)
        return tx.flow_hooks.get(organization, environment, point)

    return await reading(store, work, **_about(organization))


async def attach_flow_hook(
    store: Store,
    organization: str,
    environment: str,
    name: str,
    shared_flow: str,
    *,
    continue_on_error: bool = True,
    time_limit_s: float = TIME_LIMIT_S,
) -> ChangedFlowHook:
    """Attach a shared flow in place of what was; returns when all workers run it.

    One that is not deployed can be attached as well; the warning says that calls fault until it is. Raises
    FlowHookDoesNotExist, or ProxyDoesNotExist for the shared flow.
    """
    point = _point(name, environment)
    hook = FlowHook(flow_hook_point=point, shared_flow=shared_flow, continue_on_error=continue_on_error)

    def work(tx: Transaction) -> tuple[int, bool]:
        tx.environments.get(organization, environment)
        tx.proxies.get(organization, "sharedflow", shared_flow)
        is_deployed = bool(tx.deployments.list("sharedflow", organization, environment, shared_flow))
        return tx.flow_hooks.put(organization, environment, hook), is_deployed

    version, is_deployed = await writing(store, work, **_about(organization))
    is_everywhere = await taken_up(store, version, time_limit_s)
    warning = (
        "" if is_deployed else f"{shared_flow} is not deployed in {environment}: until it is, the hook faults"
    )
    return ChangedFlowHook(hook, "deployed" if is_everywhere else "pending", warning)


async def detach_flow_hook(
    store: Store, organization: str, environment: str, name: str, *, time_limit_s: float = TIME_LIMIT_S
) -> ChangedFlowHook:
    """What was attached; nothing is fine. Returns when no worker runs it any more."""
    point = _point(name, environment)

    def work(tx: Transaction) -> tuple[FlowHook, int]:
        tx.environments.get(organization, environment)
        was = tx.flow_hooks.get(organization, environment, point)
        return was, tx.flow_hooks.delete(organization, environment, point)

    was, version = await writing(store, work, **_about(organization))
    is_everywhere = await taken_up(store, version, time_limit_s)
    return ChangedFlowHook(was, "undeployed" if is_everywhere else "pending")


def _point(name: str, environment: str) -> FlowHookPoint:
    for point in FLOW_HOOK_POINTS:
        if name == point:
            return point
    raise FlowHookDoesNotExist(name=name, environment=environment, points=", ".join(FLOW_HOOK_POINTS))


def _about(organization: str) -> dict[str, str]:
    return {"organization": organization, **called("sharedflow")}
