"""The control process: the management API, the health checks, and the stand-ins for the samples' targets."""

import asyncio
import contextlib
import socket
from collections.abc import Iterator, Sequence

import uvicorn
from starlette.types import ASGIApp

from gatewright.config import Settings
from gatewright.engine.ports import unplugged
from gatewright.gateway import child
from gatewright.gateway.folder import DataFolder
from gatewright.gateway.housekeeping import keep_house
from gatewright.gateway.prepared import Prepared
from gatewright.gateway.tasks import Tasks
from gatewright.management.app import management_app
from gatewright.management.auth import Logins
from gatewright.management.context import Management
from gatewright.operations.deployments import deploy_check
from gatewright.policies import policy_types
from gatewright.samples.standins.app import stand_ins
from gatewright.services.clock import SystemClock
from gatewright.store import Passwords, Store

GRACE_S = 10
"""How long management calls that are under way may take after SIGTERM."""


def main(
    settings: Settings,
    prepared: Prepared,
    management: socket.socket,
    stand_in_socket: socket.socket | None,
    workers: int,
) -> None:
    """The process's entry point. `workers` is how many gateway workers there should be on this machine."""
    child.run("control", serve(settings, prepared, management, stand_in_socket, workers))


async def serve(
    settings: Settings,
    prepared: Prepared,
    management: socket.socket,
    stand_in_socket: socket.socket | None,
    workers: int,
) -> None:
    store = Store.open(DataFolder(settings.data).database, prepared.key, now_ms=SystemClock().now_ms)
    types = policy_types()
    app = management_app(
        Management(
            store=store,
            logins=Logins(store, Passwords()),
            check=deploy_check(types, unplugged()),
            policy_types=types,
            expected_workers=workers,
        )
    )
    servers = [(_server(app), management)]
    if stand_in_socket is not None:
        servers.append((_server(stand_ins()), stand_in_socket))
    serving = [server.serve(sockets=[listening]) for server, listening in servers]
    chores = Tasks(asyncio.get_running_loop())
    chores.start(keep_house(store))
    try:
        await asyncio.gather(_stop_when_told([server for server, _ in servers]), *serving)
    finally:
        await chores.cancel_all()
        store.close()


async def _stop_when_told(servers: Sequence["Server"]) -> None:
    await child.told_to_stop()
    for server in servers:
        server.should_exit = True


class Server(uvicorn.Server):
    """uvicorn without its signal handlers: two servers share this process, and it listens for them itself."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _server(app: ASGIApp) -> Server:
    return Server(
        uvicorn.Config(
            app,
            http="httptools",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=GRACE_S,
        )
    )
