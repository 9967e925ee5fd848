"""The flow hooks of an environment that have a shared flow attached."""

from sqlalchemy import Connection

from gatewright.entities import FlowHook, FlowHookPoint
from gatewright.store import tables
from gatewright.store.changes import SqlChangeFeed
from gatewright.store.failures import Missing
from gatewright.store.rows import Documents


class SqlFlowHooks:
    def __init__(self, connection: Connection, changes: SqlChangeFeed) -> None:
        self._documents = Documents(connection, tables.flow_hooks, FlowHook, "flow hook", "name")
        self._changes = changes

    def list(self, organization: str, environment: str) -> tuple[FlowHook, ...]:
        return self._documents.list(organization=organization, environment=environment)

    def get(self, organization: str, environment: str, point: FlowHookPoint) -> FlowHook:
        try:
            return self._documents.get(organization=organization, environment=environment, name=point)
        except Missing:
            return FlowHook(flow_hook_point=point)

    def put(self, organization: str, environment: str, hook: FlowHook) -> int:
        self._drop(organization, environment, hook.flow_hook_point)
        name = hook.flow_hook_point
        self._documents.create(hook, organization=organization, environment=environment, name=name)
        return self._changes.append("flow_hook", organization, name, environment)

    def delete(self, organization: str, environment: str, point: FlowHookPoint) -> int:
        self._drop(organization, environment, point)
        return self._changes.append("flow_hook", organization, point, environment)

    def _drop(self, organization: str, environment: str, point: FlowHookPoint) -> None:
        try:
            self._documents.delete(organization=organization, environment=environment, name=point)
        except Missing:
            return
