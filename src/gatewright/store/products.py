"""API products."""

from sqlalchemy import Connection, select

from gatewright.entities import ApiProduct
from gatewright.store import tables
from gatewright.store.changes import SqlChangeFeed
from gatewright.store.rows import Documents


class SqlProducts:
    def __init__(self, connection: Connection, changes: SqlChangeFeed) -> None:
        self._connection = connection
        self._documents = Documents(connection, tables.products, ApiProduct, "API product", "name")
        self._changes = changes

    def names(self, organization: str, start: str = "", count: int | None = None) -> tuple[str, ...]:
        return self._documents.names(start, count, organization=organization)

    def list(self, organization: str, start: str = "", count: int | None = None) -> tuple[ApiProduct, ...]:
        return self._documents.list(start, count, organization=organization)

    def get(self, organization: str, name: str) -> ApiProduct:
        return self._documents.get(organization=organization, name=name)

    def create(self, organization: str, product: ApiProduct) -> None:
        self._documents.create(product, organization=organization, name=product.name)
        self._changes.append("product", organization, product.name)

    def update(self, organization: str, product: ApiProduct) -> None:
        self._documents.update(product, organization=organization, name=product.name)
        self._changes.append("product", organization, product.name)

    def delete(self, organization: str, name: str) -> None:
        self._documents.delete(organization=organization, name=name)
        self._changes.append("product", organization, name)

    def keys(self, organization: str, name: str) -> tuple[str, ...]:
        column = tables.credential_products.c.consumer_key
        return tuple(
            self._connection.scalars(
                select(column).filter_by(organization=organization, product=name).order_by(column)
            )
        )
