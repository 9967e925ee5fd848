"""Health checks: for load balancers and process managers, without a login."""

from tests.management.installation import Api, Installation, worker

from gatewright import __version__


async def test_the_process_is_alive(api: Api) -> None:
    response = await api("GET", "/livez", user=None)
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


async def test_the_version_is_told(api: Api) -> None:
    response = await api("GET", "/version", user=None)
    assert response.json() == {"name": "gatewright", "version": __version__}


async def test_it_is_ready_only_with_every_worker(installed: Installation) -> None:
    response = await installed.api("GET", "/readyz", user=None)
    assert response.status_code == 503
    assert response.json() == {
        "status": "unavailable",
        "checks": {"store": "ok", "workers": "0 of 1 workers are up", "configuration": "ok"},
    }
    async with worker(installed.store):
        response = await installed.api("GET", "/readyz", user=None)
        assert (response.status_code, response.json()["status"]) == (200, "ok")


async def test_it_is_not_ready_while_a_worker_serves_an_older_configuration(installed: Installation) -> None:
    async with worker(installed.store, follows=False):
        await installed.api("POST", "environments", {"name": "dev"})
        response = await installed.api("GET", "/readyz", user=None)
    assert response.status_code == 503
    assert response.json()["checks"]["configuration"] == "workers behind the newest configuration: 1"
