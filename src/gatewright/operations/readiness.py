"""Whether the workers are there, and serve what is meant to be served."""

from dataclasses import dataclass

from gatewright.operations.acknowledgement import live_workers
from gatewright.operations.work import reading
from gatewright.store import Store, Transaction


@dataclass(frozen=True, slots=True)
class Readiness:
    """The workers that are alive, and those of them that are behind the newest configuration."""

    workers: int
    late: int


async def readiness(store: Store) -> Readiness:
    """Raises StoreUnavailable."""

    def work(tx: Transaction) -> Readiness:
        newest, workers = tx.changes.latest(), live_workers(tx)
        return Readiness(len(workers), sum(worker.version < newest for worker in workers))

    return await reading(store, work)
