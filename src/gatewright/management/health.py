"""`/livez`, `/readyz`, `/version`: for load balancers and process managers; no login.

Liveness looks at nothing but this process: a store that is away must not get it restarted.
"""

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from gatewright import __version__
from gatewright.management.context import Management, management_of
from gatewright.operations.acknowledgement import live_workers
from gatewright.store import StoreUnavailable, Transaction


async def livez(_: Request) -> JSONResponse:
    return JSONResponse({"status": "ok"})


async def version(_: Request) -> JSONResponse:
    return JSONResponse({"name": "gatewright", "version": __version__})


async def readyz(request: Request) -> JSONResponse:
    """200 when every worker is there and serves the newest configuration; else 503 with what is missing."""
    checks = await readiness(management_of(request))
    is_ready = all(check == "ok" for check in checks.values())
    body = {"status": "ok" if is_ready else "unavailable", "checks": checks}
    return JSONResponse(body, 200 if is_ready else 503)


async def readiness(management: Management) -> dict[str, str]:
    """Each check by name: "ok", or what is missing."""
    expected = management.expected_workers

    def look(tx: Transaction) -> tuple[int, tuple[int, ...]]:
        return tx.changes.latest(), tuple(worker.version for worker in live_workers(tx))

    try:
        newest, versions = await management.store.read(look)
    except StoreUnavailable as away:
        return {"store": away.reason}
    late = sum(version < newest for version in versions)
    return {
        "store": "ok",
        "workers": "ok" if len(versions) >= expected else f"{len(versions)} of {expected} workers are up",
        "configuration": "ok" if not late else f"{late} workers do not serve the newest configuration yet",
    }


def routes() -> list[Route]:
    return [Route("/livez", livez), Route("/readyz", readyz), Route("/version", version)]
