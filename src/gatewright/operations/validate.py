"""Whether a bundle could be deployed, without importing it."""

import asyncio

from gatewright.bundle.diagnostics import Diagnostic
from gatewright.engine.context import Place
from gatewright.engine.load import Surroundings
from gatewright.operations.deployments import DeployCheck
from gatewright.operations.errors import InvalidBundle


async def validate_bundle(
    data: bytes, organization: str, name: str, check: DeployCheck
) -> tuple[Diagnostic, ...]:
    """What was noticed in a bundle that could be deployed. Raises InvalidBundle with every finding."""
    around = Surroundings(Place(organization, "", name, "1"))
    compiled, report = await asyncio.to_thread(check, data, around)
    if compiled is None:
        raise InvalidBundle(report, name)
    return tuple(report)
