"""Developers, found by e-mail or by id."""

from msgspec.structs import replace
from sqlalchemy import Connection, or_, select

from gatewright.entities import Developer
from gatewright.store import tables
from gatewright.store.apps import SqlApps
from gatewright.store.changes import SqlChangeFeed
from gatewright.store.failures import Missing
from gatewright.store.rows import Documents, decoded


class SqlDevelopers:
    def __init__(self, connection: Connection, changes: SqlChangeFeed, apps: SqlApps) -> None:
        self._connection = connection
        self._documents = Documents(connection, tables.developers, Developer, "developer", "email")
        self._changes = changes
        self._apps = apps

    def emails(self, organization: str, start: str = "", count: int | None = None) -> tuple[str, ...]:
        return self._documents.names(start, count, organization=organization)

    def list(self, organization: str, start: str = "", count: int | None = None) -> tuple[Developer, ...]:
        found = self._documents.list(start, count, organization=organization)
        return tuple(self._with_apps(organization, each) for each in found)

    def get(self, organization: str, email_or_id: str) -> Developer:
        columns = tables.developers.c
        text = self._connection.scalar(
            select(columns.document)
            .filter_by(organization=organization)
            .where(or_(columns.email == email_or_id, columns.developer_id == email_or_id))
        )
        if text is None:
            raise Missing("developer", email_or_id)
        return self._with_apps(organization, decoded(text, Developer))

    def create(self, organization: str, developer: Developer) -> None:
        self._documents.create(
            replace(developer, apps=()),
            organization=organization,
            developer_id=developer.developer_id,
            email=developer.email,
        )
        self._changes.append("developer", organization, developer.developer_id)

    def update(self, organization: str, developer: Developer) -> None:
        self._documents.update(
            replace(developer, apps=()),
            {"email": developer.email},
            organization=organization,
            developer_id=developer.developer_id,
        )
        self._changes.append("developer", organization, developer.developer_id)

    def delete(self, organization: str, developer_id: str) -> None:
        for app in self._apps.of_developer(organization, developer_id):
            self._apps.delete(organization, app.app_id)
        self._documents.delete(organization=organization, developer_id=developer_id)
        self._changes.append("developer", organization, developer_id)

    def _with_apps(self, organization: str, developer: Developer) -> Developer:
        names = self._apps.names_of_developer(organization, developer.developer_id)
        return replace(developer, apps=names)
