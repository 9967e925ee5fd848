"""The registry of processes that serve: heartbeats, the configuration they serve, what failed to deploy."""

from collections.abc import Sequence
from typing import Literal

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, delete, insert, select, update

from gatewright.entities import BundleKind, DeploymentState
from gatewright.store import tables

WorkerRole = Literal["gateway", "control"]


class Worker(Struct, frozen=True, kw_only=True):
    """A process. `version` is the change that its configuration includes, with all before it."""

    id: str
    host: str
    pid: int
    role: WorkerRole
    version: int
    started_at: int
    heartbeat_at: int


class Report(Struct, frozen=True, kw_only=True):
    """What one worker says of one deployment; `error` and its code say why it does not serve it."""

    worker_id: str
    organization: str
    environment: str
    kind: BundleKind
    name: str
    revision: int
    bundle_hash: str
    state: DeploymentState
    error: str = ""
    error_code: str = ""


_WORKER_COLUMNS = [tables.workers.c[name] for name in Worker.__struct_fields__]
_REPORT_COLUMNS = [tables.worker_reports.c[name] for name in Report.__struct_fields__]


class SqlWorkers:
    """The registry inside a transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def beat(self, worker: Worker) -> None:
        row = msgspec.structs.asdict(worker)
        found = self._connection.execute(update(tables.workers).filter_by(id=worker.id).values(row))
        if not found.rowcount:
            self._connection.execute(insert(tables.workers).values(row))

    def report(self, worker_id: str, reports: Sequence[Report]) -> None:
        self._connection.execute(delete(tables.worker_reports).filter_by(worker_id=worker_id))
        if reports:
            rows = [msgspec.structs.asdict(each) for each in reports]
            self._connection.execute(insert(tables.worker_reports), rows)

    def live(self, since_ms: int) -> tuple[Worker, ...]:
        rows = self._connection.execute(
            select(*_WORKER_COLUMNS)
            .where(tables.workers.c.heartbeat_at >= since_ms)
            .order_by(tables.workers.c.id)
        )
        return tuple(msgspec.convert(row, Worker) for row in rows.mappings())

    def reports(self, organization: str, environment: str, kind: BundleKind, name: str) -> tuple[Report, ...]:
        rows = self._connection.execute(
            select(*_REPORT_COLUMNS)
            .filter_by(organization=organization, environment=environment, kind=kind, name=name)
            .order_by(tables.worker_reports.c.worker_id, tables.worker_reports.c.revision)
        )
        return tuple(msgspec.convert(row, Report) for row in rows.mappings())

    def remove(self, worker_id: str) -> None:
        self._connection.execute(delete(tables.workers).filter_by(id=worker_id))

    def forget(self, before_ms: int) -> None:
        self._connection.execute(delete(tables.workers).where(tables.workers.c.heartbeat_at < before_ms))
