"""What the management API works with, handed to every route."""

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.requests import Request

from gatewright.management.auth import Logins
from gatewright.operations.deployments import TIME_LIMIT_S, DeployCheck
from gatewright.policies.base import Policy
from gatewright.store import Store


@dataclass(frozen=True, slots=True)
class Management:
    """One per process."""

    store: Store
    logins: Logins
    check: DeployCheck
    policy_types: Mapping[str, type[Policy]]
    expected_workers: int
    """How many gateway workers should be serving on this machine."""
    time_limit_s: float = TIME_LIMIT_S
    """How long a deploy waits for the workers."""


def management_of(request: Request) -> Management:
    found: Management = request.app.state.management
    return found
