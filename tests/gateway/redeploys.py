"""What many deployments leave behind in a worker; `python -m tests.gateway.redeploys 1000` prints it."""

import asyncio
import gc
import sys
import tempfile
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import FunctionType

from tests.gateway.http.rig import Rig
from tests.gateway.test_deployer import bundle, deploy, make_organization
from tests.support.ports import NOW_MS, make_ports

from gatewright.engine.snapshot import NOTHING
from gatewright.gateway.application import Gateway
from gatewright.gateway.deployer import Deployer
from gatewright.gateway.loading import loader
from gatewright.policies import policy_types
from gatewright.store import Store

WARM_UP = 50


@dataclass(frozen=True)
class Remains:
    """What is there after so many deployments."""

    deployments: int
    pools: int
    objects: int
    """Of the gateway's own types, and its functions: those of libraries are in bounded caches of theirs."""
    resident_kb: int


def is_ours(thing: object) -> bool:
    kind = thing if isinstance(thing, FunctionType) else type(thing)
    return str(kind.__module__).startswith("gatewright.")


def remains(deployments: int, pools: int) -> Remains:
    gc.collect()
    status = Path("/proc/self/status").read_text("ascii")
    resident = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
    return Remains(deployments, pools, sum(map(is_ours, gc.get_objects())), int(resident.split()[1]))


async def redeploy(folder: Path, count: int) -> tuple[Remains, Remains]:
    """Deploy revisions of one proxy, each with its own target: what is left after some, and after all."""
    store = Store.open(folder / "gatewright.db", bytes(32), now_ms=lambda: NOW_MS)
    try:
        rig = Rig()
        load = loader(policy_types(), make_ports())
        deployer = Deployer(store, Gateway(NOTHING), load, "worker-1", rig.pools)
        await store.write(make_organization)
        warm = remains(0, 0)
        for number in range(1, count + 1):
            content = bundle("a", "/a", f"http://target-{number}.example")
            await store.write(partial(deploy, name="a", base_path="/a", number=number, content=content))
            await deployer.update()
            if number == WARM_UP:
                warm = remains(number, len(rig.pools))
        return warm, remains(count, len(rig.pools))
    finally:
        store.close()


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    with tempfile.TemporaryDirectory() as folder:
        for each in asyncio.run(redeploy(Path(folder), count)):
            sys.stdout.write(f"{each}\n")


if __name__ == "__main__":
    main()
