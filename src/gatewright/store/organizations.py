"""Organizations, environments, and the virtual hosts and target servers in them."""

from typing import Generic, TypeVar

from msgspec.structs import replace
from sqlalchemy import Connection

from gatewright.entities import Environment, Organization, TargetServer, VirtualHost
from gatewright.store import tables
from gatewright.store.changes import ChangeKind, SqlChangeFeed
from gatewright.store.rows import Documents


class SqlOrganizations:
    def __init__(self, connection: Connection, changes: SqlChangeFeed) -> None:
        self._documents = Documents(connection, tables.organizations, Organization, "organization", "name")
        self._environments = Documents(connection, tables.environments, Environment, "environment", "name")
        self._changes = changes

    def names(self) -> tuple[str, ...]:
        return self._documents.names()

    def get(self, name: str) -> Organization:
        found = self._documents.get(name=name)
        return replace(found, environments=self._environments.names(organization=name))

    def create(self, organization: Organization) -> None:
        self._documents.create(replace(organization, environments=()), name=organization.name)
        self._changes.append("organization", organization.name, organization.name)

    def update(self, organization: Organization) -> None:
        self._documents.update(replace(organization, environments=()), name=organization.name)
        self._changes.append("organization", organization.name, organization.name)


class SqlEnvironments:
    def __init__(self, connection: Connection, changes: SqlChangeFeed) -> None:
        self._documents = Documents(connection, tables.environments, Environment, "environment", "name")
        self._changes = changes

    def names(self, organization: str) -> tuple[str, ...]:
        return self._documents.names(organization=organization)

    def get(self, organization: str, name: str) -> Environment:
        return self._documents.get(organization=organization, name=name)

    def create(self, organization: str, environment: Environment) -> None:
        self._documents.create(environment, organization=organization, name=environment.name)
        self._changes.append("environment", organization, environment.name, environment.name)

    def update(self, organization: str, environment: Environment) -> None:
        self._documents.update(environment, organization=organization, name=environment.name)
        self._changes.append("environment", organization, environment.name, environment.name)

    def delete(self, organization: str, name: str) -> None:
        self._documents.delete(organization=organization, name=name)
        self._changes.append("environment", organization, name, name)


S = TypeVar("S", bound=VirtualHost | TargetServer)


class SqlInEnvironment(Generic[S]):
    """Named records of an environment."""

    def __init__(self, documents: Documents[S], changes: SqlChangeFeed, kind: ChangeKind) -> None:
        self._documents = documents
        self._changes = changes
        self._kind: ChangeKind = kind

    def list(self, organization: str, environment: str) -> tuple[S, ...]:
        return self._documents.list(organization=organization, environment=environment)

    def get(self, organization: str, environment: str, name: str) -> S:
        return self._documents.get(organization=organization, environment=environment, name=name)

    def create(self, organization: str, environment: str, record: S, /) -> None:
        self._documents.create(record, organization=organization, environment=environment, name=record.name)
        self._changes.append(self._kind, organization, record.name, environment)

    def update(self, organization: str, environment: str, record: S, /) -> None:
        self._documents.update(record, organization=organization, environment=environment, name=record.name)
        self._changes.append(self._kind, organization, record.name, environment)

    def delete(self, organization: str, environment: str, name: str) -> None:
        self._documents.delete(organization=organization, environment=environment, name=name)
        self._changes.append(self._kind, organization, name, environment)


def sql_virtual_hosts(connection: Connection, changes: SqlChangeFeed) -> SqlInEnvironment[VirtualHost]:
    documents = Documents(connection, tables.virtual_hosts, VirtualHost, "virtual host", "name")
    return SqlInEnvironment(documents, changes, "virtual_host")


def sql_target_servers(connection: Connection, changes: SqlChangeFeed) -> SqlInEnvironment[TargetServer]:
    documents = Documents(connection, tables.target_servers, TargetServer, "target server", "name")
    return SqlInEnvironment(documents, changes, "target_server")
