"""Deployments leave nothing behind in a worker: no pool, no compiled proxy, no memory."""

from pathlib import Path

from tests.gateway.redeploys import redeploy


async def test_two_hundred_deployments_leave_one_pool_and_no_memory_behind(tmp_path: Path) -> None:
    warm, after = await redeploy(tmp_path, 200)
    assert (warm.pools, after.pools) == (1, 1)
    assert after.objects - warm.objects < 30  # far less than one for each deployment
    assert after.resident_kb - warm.resident_kb < 4_096
