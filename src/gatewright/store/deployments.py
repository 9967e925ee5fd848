"""What is meant to be served: revisions in environments, each with the addresses that it occupies."""

from collections.abc import Sequence

from msgspec.structs import replace
from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import SQLAlchemyError

from gatewright.entities import EVERY_VIRTUAL_HOST, BundleKind, Deployment, EndpointAddress
from gatewright.store import tables
from gatewright.store.changes import SqlChangeFeed
from gatewright.store.failures import Missing, translated
from gatewright.store.proxies import SqlBundles
from gatewright.store.rows import Documents, Key, decoded


class SqlDeployments:
    def __init__(self, connection: Connection, changes: SqlChangeFeed, bundles: SqlBundles) -> None:
        self._connection = connection
        self._documents = Documents(connection, tables.deployments, Deployment, "deployment", "revision")
        self._changes = changes
        self._bundles = bundles

    def list(
        self,
        kind: BundleKind,
        organization: str | None = None,
        environment: str | None = None,
        name: str | None = None,
    ) -> tuple[Deployment, ...]:
        given = {"kind": kind, "organization": organization, "environment": environment, "name": name}
        columns = tables.deployments.c
        statement = (
            select(columns.document)
            .filter_by(**{column: value for column, value in given.items() if value is not None})
            .order_by(columns.organization, columns.environment, columns.name, columns.revision)
        )
        return tuple(decoded(text, Deployment) for text in self._connection.scalars(statement))

    def get(
        self, organization: str, environment: str, kind: BundleKind, name: str, number: int
    ) -> Deployment:
        return self._documents.get(
            organization=organization, environment=environment, kind=kind, name=name, revision=number
        )

    def put(self, kind: BundleKind, deployment: Deployment, addresses: Sequence[EndpointAddress]) -> int:
        key = _key(kind, deployment)
        self._drop(key)
        self._documents.create(
            replace(deployment, server=()), bundle_hash=deployment.configuration.config_version, **key
        )
        for address in addresses:
            self._occupy(key, address)
        self._bundles.drop_unreferenced()
        return self._appended(kind, deployment)

    def addresses(self, kind: BundleKind, deployment: Deployment) -> tuple[EndpointAddress, ...]:
        columns = tables.deployment_addresses.c
        rows = self._connection.execute(
            select(columns.virtual_host, columns.base_path)
            .filter_by(**_key(kind, deployment))
            .order_by(columns.virtual_host, columns.base_path)
        )
        return tuple(EndpointAddress(virtual_host=row[0], base_path=row[1]) for row in rows)

    def occupant(
        self, organization: str, environment: str, address: EndpointAddress
    ) -> tuple[BundleKind, str, int] | None:
        columns = tables.deployment_addresses.c
        statement = select(columns.kind, columns.name, columns.revision).filter_by(
            organization=organization, environment=environment, base_path=address.base_path
        )
        if address.virtual_host != EVERY_VIRTUAL_HOST:
            there = (address.virtual_host, EVERY_VIRTUAL_HOST)
            statement = statement.where(columns.virtual_host.in_(there))
        row = self._connection.execute(statement.order_by(columns.virtual_host)).first()
        return None if row is None else (row[0], row[1], row[2])

    def delete(self, kind: BundleKind, deployment: Deployment) -> int:
        self._documents.delete(**_key(kind, deployment))
        self._bundles.drop_unreferenced()
        return self._appended(kind, deployment)

    def _drop(self, key: dict[str, Key]) -> None:
        try:
            self._documents.delete(**key)
        except Missing:
            return

    def _occupy(self, key: dict[str, Key], address: EndpointAddress) -> None:
        row = {**key, "virtual_host": address.virtual_host, "base_path": address.base_path}
        try:
            self._connection.execute(insert(tables.deployment_addresses).values(row))
        except SQLAlchemyError as error:
            raise translated(error, "base path", address.base_path) from error

    def _appended(self, kind: BundleKind, deployment: Deployment) -> int:
        return self._changes.append(
            kind, deployment.organization, deployment.api_proxy, deployment.environment
        )


def _key(kind: BundleKind, deployment: Deployment) -> dict[str, Key]:
    return {
        "organization": deployment.organization,
        "environment": deployment.environment,
        "kind": kind,
        "name": deployment.api_proxy,
        "revision": deployment.number,
    }
