"""`/livez`, `/readyz`, `/version`: for load balancers and process managers; no login.

Liveness looks at nothing but this process: a store that is away must not get it restarted.
"""

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from gatewright import __version__
from gatewright.management.context import Management, management_of
from gatewright.operations.readiness import readiness
from gatewright.store import StoreUnavailable


async def livez(_: Request) -> JSONResponse:
    return JSONResponse({"status": "ok"})


async def version(_: Request) -> JSONResponse:
    return JSONResponse({"name": "gatewright", "version": __version__})


async def readyz(request: Request) -> JSONResponse:
    """200 when every worker is there and serves the newest configuration; else 503 with what is missing."""
    checks = await _checks(management_of(request))
    is_ready = all(check == "ok" for check in checks.values())
    body = {"status": "ok" if is_ready else "unavailable", "checks": checks}
    return JSONResponse(body, 200 if is_ready else 503)


async def _checks(management: Management) -> dict[str, str]:
    """Each check by name: "ok", or what is missing."""
    expected = management.expected_workers
    try:
        found = await readiness(management.store)
    except StoreUnavailable as away:
        return {"store": away.reason}
    is_complete = found.workers >= expected
    return {
        "store": "ok",
        "workers": "ok" if is_complete else f"{found.workers} of {expected} workers are up",
        "configuration": "ok" if not found.late else f"workers behind the newest configuration: {found.late}",
    }


def routes() -> list[Route]:
    return [Route("/livez", livez), Route("/readyz", readyz), Route("/version", version)]
