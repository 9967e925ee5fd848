"""Developers' apps. An app is read with its credentials."""

from msgspec.structs import replace
from sqlalchemy import Connection, select

from gatewright.entities import App
from gatewright.store import tables
from gatewright.store.changes import SqlChangeFeed
from gatewright.store.credentials import SqlCredentials
from gatewright.store.failures import Missing
from gatewright.store.rows import Documents, decoded


class SqlApps:
    def __init__(self, connection: Connection, changes: SqlChangeFeed, credentials: SqlCredentials) -> None:
        self._connection = connection
        self._documents = Documents(connection, tables.apps, App, "app", "app_id")
        self._changes = changes
        self._credentials = credentials

    def ids(self, organization: str, start: str = "", count: int | None = None) -> tuple[str, ...]:
        return self._documents.names(start, count, organization=organization)

    def list(self, organization: str, start: str = "", count: int | None = None) -> tuple[App, ...]:
        found = self._documents.list(start, count, organization=organization)
        return tuple(self._with_credentials(organization, each) for each in found)

    def of_developer(self, organization: str, developer_id: str) -> tuple[App, ...]:
        columns = tables.apps.c
        texts = self._connection.scalars(
            select(columns.document)
            .filter_by(organization=organization, developer_id=developer_id)
            .order_by(columns.name)
        ).all()
        return tuple(self._with_credentials(organization, decoded(text, App)) for text in texts)

    def names_of_developer(self, organization: str, developer_id: str) -> tuple[str, ...]:
        column = tables.apps.c.name
        return tuple(
            self._connection.scalars(
                select(column)
                .filter_by(organization=organization, developer_id=developer_id)
                .order_by(column)
            )
        )

    def get(self, organization: str, app_id: str) -> App:
        return self._with_credentials(
            organization, self._documents.get(organization=organization, app_id=app_id)
        )

    def find(self, organization: str, developer_id: str, name: str) -> App:
        text = self._connection.scalar(
            select(tables.apps.c.document).filter_by(
                organization=organization, developer_id=developer_id, name=name
            )
        )
        if text is None:
            raise Missing("app", name)
        return self._with_credentials(organization, decoded(text, App))

    def create(self, organization: str, app: App) -> None:
        self._documents.create(
            replace(app, credentials=()),
            organization=organization,
            app_id=app.app_id,
            developer_id=app.developer_id,
            name=app.name,
        )
        self._changes.append("app", organization, app.app_id)

    def update(self, organization: str, app: App) -> None:
        self._documents.update(
            replace(app, credentials=()), {"name": app.name}, organization=organization, app_id=app.app_id
        )
        self._changes.append("app", organization, app.app_id)

    def delete(self, organization: str, app_id: str) -> None:
        for credential in self._credentials.of_app(organization, app_id):
            self._credentials.delete(organization, app_id, credential.consumer_key)
        self._documents.delete(organization=organization, app_id=app_id)
        self._changes.append("app", organization, app_id)

    def _with_credentials(self, organization: str, app: App) -> App:
        return replace(app, credentials=self._credentials.of_app(organization, app.app_id))
