"""What the tests of the operations work with: a real store, and workers that only say what they serve."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from msgspec.structs import replace
from tests.support.bundles import PLAIN_TYPES, PROXY, proxy_archive
from tests.support.ports import FixedClock
from tests.support.stores import STORE_KEY

from gatewright.engine.ports import unplugged
from gatewright.entities import DeploymentState, Environment, Organization, VirtualHost
from gatewright.operations.deployments import Deployed, deploy, deploy_check
from gatewright.operations.proxies import import_revision
from gatewright.store import Report, Store, Transaction, Worker

BY = "admin@myorg.example"
CHECK = deploy_check(PLAIN_TYPES, unplugged())


@dataclass(frozen=True)
class Installation:
    """The store, its clock, and shorthands for what most tests do."""

    store: Store
    clock: FixedClock

    async def import_bundle(
        self, name: str = "p", base_path: str = "/p", files: Mapping[str, str | bytes | None] | None = None
    ) -> int:
        """The number of a new revision of a proxy that can be deployed, unless `files` spoil it."""
        imported = await import_revision(
            self.store, "myorg", name, bundle_at(base_path, files), BY, PLAIN_TYPES
        )
        return imported.revision.number

    async def deploy(
        self, number: int, name: str = "p", *, override: bool = False, base_path: str = "/"
    ) -> Deployed:
        return await deploy(
            self.store,
            "myorg",
            "test",
            name,
            number,
            check=CHECK,
            override=override,
            base_path=base_path,
            time_limit_s=0.2,
        )

    async def worker(self, worker_id: str, version: int = 1_000_000) -> None:
        """A live worker that serves everything up to that version."""
        worker = Worker(
            id=worker_id,
            host="h",
            pid=1,
            role="gateway",
            version=version,
            started_at=0,
            heartbeat_at=self.clock.now_ms(),
        )
        await self.store.write_relaxed(lambda tx: tx.workers.beat(worker))

    async def report(self, worker_id: str, number: int, state: DeploymentState, error: str = "") -> None:
        """What the worker says of the revision as it stands."""

        def work(tx: Transaction) -> None:
            report = Report(
                worker_id=worker_id,
                organization="myorg",
                environment="test",
                kind="apiproxy",
                name="p",
                revision=number,
                bundle_hash=tx.revisions.bundle_hash("myorg", "apiproxy", "p", number),
                state=state,
                error=error,
            )
            tx.workers.report(worker_id, [report])

        await self.store.write_relaxed(work)


def bundle_at(base_path: str = "/p", files: Mapping[str, str | bytes | None] | None = None) -> bytes:
    """The zip of a proxy with that base path."""
    proxy = PROXY.replace("<BasePath>/p<", f"<BasePath>{base_path}<")
    return proxy_archive({"proxies/default.xml": proxy, **(files or {})}).zip()


@asynccontextmanager
async def installation(folder: Path) -> AsyncIterator[Installation]:
    clock = FixedClock()
    store = Store.open(folder / "gatewright.db", STORE_KEY, now_ms=clock.now_ms)
    try:
        await store.write(_fill)
        yield Installation(store, clock)
    finally:
        store.close()


def _fill(tx: Transaction) -> None:
    tx.organizations.create(Organization(name="myorg"))
    default = VirtualHost(name="default", port="9001", host_aliases=("localhost",))
    for environment in ("test", "prod"):
        tx.environments.create("myorg", Environment(name=environment))
        alias = f"myorg-{environment}.localhost"
        tx.virtual_hosts.create("myorg", environment, replace(default, host_aliases=(alias,)))
