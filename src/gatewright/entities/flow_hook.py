"""Flow hooks: the places around the endpoints of all proxies where an environment runs a shared flow."""

from typing import Final, Literal, get_args

from msgspec import UNSET, UnsetType

from gatewright.entities.shape import Entity

FlowHookPoint = Literal["PostProxyFlowHook", "PostTargetFlowHook", "PreProxyFlowHook", "PreTargetFlowHook"]
FLOW_HOOK_POINTS: Final[tuple[FlowHookPoint, ...]] = get_args(FlowHookPoint)
"""In the order in which Edge lists them."""


class FlowHook(Entity, frozen=True, kw_only=True):
    """What runs at one of the four points; `sharedFlow` is left out while there is none."""

    continue_on_error: bool = True
    flow_hook_point: FlowHookPoint
    shared_flow: str | UnsetType = UNSET

    @property
    def attached(self) -> str | None:
        """The name of the shared flow, if there is one."""
        return None if self.shared_flow is UNSET else self.shared_flow
