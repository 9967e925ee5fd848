"""How far the gateway's workers are with what is meant to be served."""

import asyncio
import time
from collections.abc import Callable, Iterable

from msgspec import UNSET
from msgspec.structs import replace

from gatewright.entities import BundleKind, Deployment, DeploymentState, Server
from gatewright.store import Report, Store, Transaction, Worker

LIVE_FOR_MS = 5_000
"""A worker whose last heartbeat is older is taken for dead."""

_FIRST_PAUSE_S = 0.005
_LONGEST_PAUSE_S = 0.1


def live_workers(tx: Transaction) -> tuple[Worker, ...]:
    """The gateway workers that are alive."""
    return tuple(each for each in tx.workers.live(tx.now_ms - LIVE_FOR_MS) if each.role == "gateway")


def with_servers(tx: Transaction, kind: BundleKind, deployment: Deployment) -> Deployment:
    """The deployment with what each live worker says of it, and the state that follows from that."""
    reports = tx.workers.reports(deployment.organization, deployment.environment, kind, deployment.api_proxy)
    return _judged(deployment, [_server(worker, deployment, reports) for worker in live_workers(tx)])


async def deployed_everywhere(
    store: Store, kind: BundleKind, deployment: Deployment, version: int, time_limit_s: float
) -> Deployment:
    """Wait until every live worker serves that version of the configuration, and say how it went.

    A worker that has not come so far in time is pending, with the reason; one that could not serve the
    deployment is in error, with its own account.
    """
    return await _settled(store, lambda tx: with_servers(tx, kind, deployment), version, time_limit_s)


async def undeployed_everywhere(
    store: Store, deployment: Deployment, version: int, time_limit_s: float
) -> Deployment:
    """Wait until no live worker serves the deployment any more."""

    def gone(tx: Transaction) -> Deployment:
        servers = tuple(Server(status="undeployed", uuid=worker.id) for worker in live_workers(tx))
        return replace(deployment, state="undeployed", server=servers)

    return await _settled(store, gone, version, time_limit_s)


async def taken_up(store: Store, version: int, time_limit_s: float) -> bool:
    """Wait until every live worker serves that version of the configuration; False when time is up."""

    def late(tx: Transaction) -> bool:
        return any(worker.version < version for worker in live_workers(tx))

    give_up_at = time.monotonic() + time_limit_s
    pause_s = _FIRST_PAUSE_S
    while await store.read(late):
        if time.monotonic() >= give_up_at:
            return False
        await asyncio.sleep(pause_s)
        pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)
    return True


async def _settled(
    store: Store, look: Callable[[Transaction], Deployment], version: int, time_limit_s: float
) -> Deployment:
    """What `look` shows once no live worker is behind the version, or when time is up."""

    def work(tx: Transaction) -> tuple[set[str], Deployment]:
        return {worker.id for worker in live_workers(tx) if worker.version < version}, look(tx)

    give_up_at = time.monotonic() + time_limit_s
    pause_s = _FIRST_PAUSE_S
    while True:
        late, seen = await store.read(work)
        if not late:
            return seen
        if time.monotonic() >= give_up_at:
            return _with_late(seen, late, time_limit_s)
        await asyncio.sleep(pause_s)
        pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)


def _server(worker: Worker, deployment: Deployment, reports: Iterable[Report]) -> Server:
    for report in reports:
        if (
            report.worker_id == worker.id
            and report.revision == deployment.number
            and report.bundle_hash == deployment.configuration.config_version
        ):
            return Server(
                status=report.state,
                uuid=worker.id,
                error=report.error or UNSET,
                error_code=report.error_code or UNSET,
            )
    return Server(status="pending", uuid=worker.id)


def _with_late(deployment: Deployment, late: set[str], time_limit_s: float) -> Deployment:
    why = f"the worker has not taken up the change within {time_limit_s:g} s"
    return _judged(
        deployment,
        [
            Server(status="pending", uuid=server.uuid, error=why, error_code="management.WorkerLate")
            if server.uuid in late
            else server
            for server in deployment.server
        ],
    )


def _judged(deployment: Deployment, servers: Iterable[Server]) -> Deployment:
    """The deployment with its servers: in error if one is, pending if one is, else as it is meant to be."""
    servers = tuple(servers)
    states: set[DeploymentState] = {server.status for server in servers}
    worst: tuple[DeploymentState, ...] = ("error", "pending")
    state = next((each for each in worst if each in states), deployment.state)
    return replace(deployment, state=state, server=servers)
