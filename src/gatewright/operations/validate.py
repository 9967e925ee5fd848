"""Whether a bundle could be deployed, without importing it."""

import asyncio

from gatewright.bundle.diagnostics import Diagnostic
from gatewright.engine.context import Place
from gatewright.engine.surroundings import Surroundings
from gatewright.entities import BundleKind
from gatewright.operations.bundles import opened
from gatewright.operations.deployments import DeployCheck
from gatewright.operations.errors import InvalidBundle


async def validate_bundle(
    data: bytes, organization: str, name: str, check: DeployCheck, kind: BundleKind = "apiproxy"
) -> tuple[Diagnostic, ...]:
    """What was noticed in a bundle that could be deployed. Raises InvalidBundle with every finding.

    The environment is not known, nor what it has: nothing is said of missing shared flows.
    """
    around = Surroundings(Place(organization, "", name, "1"))
    opened(data, kind, name)
    compiled, report = await asyncio.to_thread(check, data, around)
    if compiled is None:
        raise InvalidBundle(report, name)
    return tuple(report)
