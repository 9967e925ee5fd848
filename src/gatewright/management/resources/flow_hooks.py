"""`/organizations/O/environments/E/flowhooks`: the shared flows that run around all proxies."""

import msgspec
from starlette.responses import Response

from gatewright.entities import DeploymentState, FlowHook
from gatewright.management.call import Call
from gatewright.management.routes import Method, Names, route
from gatewright.operations.flow_hooks import (
    ChangedFlowHook,
    attach_flow_hook,
    detach_flow_hook,
    get_flow_hook,
    list_flow_hooks,
)


class AttachedSharedFlow(msgspec.Struct, frozen=True, rename="camel"):
    """What a flow hook is to run."""

    shared_flow: str
    continue_on_error: bool = True


class WrittenFlowHook(FlowHook, frozen=True, kw_only=True):
    """A flow hook that has just been changed: `pending` until every worker has taken that up."""

    state: DeploymentState
    warnings: tuple[str, ...] = ()


async def list_them(call: Call) -> Response:
    """The four flow hooks of the environment."""
    return call.reply(await list_flow_hooks(call.store, call.organization, call["environment"]))


async def get(call: Call) -> Response:
    """What a flow hook runs. `sharedFlow` is left out while nothing is attached."""
    return call.reply(
        await get_flow_hook(call.store, call.organization, call["environment"], call["flowhook"])
    )


async def attach(call: Call) -> Response:
    """Attach a shared flow to a flow hook, in place of what was; it runs in every call when this answers."""
    wanted = await call.read(AttachedSharedFlow)
    changed = await attach_flow_hook(
        call.store,
        call.organization,
        call["environment"],
        call["flowhook"],
        wanted.shared_flow,
        continue_on_error=wanted.continue_on_error,
        time_limit_s=call.management.time_limit_s,
    )
    return call.reply(_written(changed))


async def detach(call: Call) -> Response:
    """Detach whatever is attached to a flow hook; nothing is fine."""
    changed = await detach_flow_hook(
        call.store,
        call.organization,
        call["environment"],
        call["flowhook"],
        time_limit_s=call.management.time_limit_s,
    )
    return call.reply(_written(changed))


def _written(changed: ChangedFlowHook) -> WrittenFlowHook:
    warnings = (changed.warning,) if changed.warning else ()
    return WrittenFlowHook(**msgspec.structs.asdict(changed.hook), state=changed.state, warnings=warnings)


_ALL = "/organizations/{organization}/environments/{environment}/flowhooks"
_ATTACH = Method(attach, {200: WrittenFlowHook}, body=AttachedSharedFlow)
ROUTES = (
    route(_ALL, GET=Method(list_them, {200: Names})),
    route(
        f"{_ALL}/{{flowhook}}",
        GET=Method(get, {200: FlowHook}),
        POST=_ATTACH,
        PUT=_ATTACH,
        DELETE=Method(detach, {200: WrittenFlowHook}),
    ),
)
