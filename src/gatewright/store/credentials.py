"""Consumer keys with their secrets, sealed, and the products on them."""

from msgspec.structs import replace
from sqlalchemy import Connection, delete, func, insert, select
from sqlalchemy.exc import SQLAlchemyError

from gatewright.entities import ApiProduct, App, Client, Credential, Developer, ProductStatus
from gatewright.store import tables
from gatewright.store.changes import SqlChangeFeed
from gatewright.store.failures import Missing, translated
from gatewright.store.rows import Documents, decoded
from gatewright.store.vault import Vault

_COLUMNS = tables.credentials.c
_PRODUCTS = tables.credential_products.c


class SqlCredentials:
    def __init__(self, connection: Connection, changes: SqlChangeFeed, vault: Vault) -> None:
        self._connection = connection
        self._documents = Documents(connection, tables.credentials, Credential, "credential", "consumer_key")
        self._changes = changes
        self._vault = vault

    def get(self, organization: str, app_id: str, consumer_key: str) -> Credential:
        row = self._connection.execute(
            select(_COLUMNS.document, _COLUMNS.sealed_secret).filter_by(
                organization=organization, app_id=app_id, consumer_key=consumer_key
            )
        ).first()
        if row is None:
            raise Missing("credential", consumer_key)
        return self._whole(organization, row[0], row[1])

    def of_app(self, organization: str, app_id: str) -> tuple[Credential, ...]:
        """Oldest first."""
        rows = self._connection.execute(
            select(_COLUMNS.document, _COLUMNS.sealed_secret)
            .filter_by(organization=organization, app_id=app_id)
            .order_by(_COLUMNS.ordinal)
        ).all()
        return tuple(self._whole(organization, row[0], row[1]) for row in rows)

    def create(self, organization: str, app_id: str, credential: Credential) -> None:
        names = secret_names(organization, credential.consumer_key)
        youngest = self._connection.scalar(
            select(func.max(_COLUMNS.ordinal)).filter_by(organization=organization, app_id=app_id)
        )
        self._documents.create(
            _bare(credential),
            organization=organization,
            consumer_key=credential.consumer_key,
            app_id=app_id,
            ordinal=(youngest or 0) + 1,
            sealed_secret=self._vault.seal(credential.consumer_secret, *names),
            secret_mac=self._vault.mac(credential.consumer_secret, *names),
        )
        self._put_products(organization, credential)

    def update(self, organization: str, app_id: str, credential: Credential) -> None:
        self._documents.update(
            _bare(credential),
            organization=organization,
            app_id=app_id,
            consumer_key=credential.consumer_key,
        )
        self._put_products(organization, credential)

    def delete(self, organization: str, app_id: str, consumer_key: str) -> None:
        self._documents.delete(organization=organization, app_id=app_id, consumer_key=consumer_key)
        self._changes.append("credential", organization, consumer_key)

    def client(self, organization: str, consumer_key: str) -> Client:
        row = self._connection.execute(
            select(
                _COLUMNS.document,
                _COLUMNS.sealed_secret,
                _COLUMNS.secret_mac,
                tables.apps.c.document,
                tables.developers.c.document,
            )
            .join_from(tables.credentials, tables.apps)
            .join(tables.developers)
            .where(_COLUMNS.organization == organization, _COLUMNS.consumer_key == consumer_key)
        ).first()
        if row is None:
            raise Missing("credential", consumer_key)
        developer = decoded(row[4], Developer)
        return Client(
            organization=organization,
            credential=self._whole(organization, row[0], row[1]),
            app=decoded(row[3], App),
            developer=replace(developer, apps=self._app_names(organization, developer.developer_id)),
            products=self._products(organization, consumer_key),
            secret_mac=row[2],
        )

    def _whole(self, organization: str, document: str, sealed_secret: bytes) -> Credential:
        credential = decoded(document, Credential)
        statuses = self._connection.execute(
            select(_PRODUCTS.product, _PRODUCTS.status)
            .filter_by(organization=organization, consumer_key=credential.consumer_key)
            .order_by(_PRODUCTS.ordinal)
        )
        names = secret_names(organization, credential.consumer_key)
        return replace(
            credential,
            consumer_secret=self._vault.open(sealed_secret, *names),
            api_products=tuple(ProductStatus(name=row[0], status=row[1]) for row in statuses),
        )

    def _products(self, organization: str, consumer_key: str) -> tuple[ApiProduct, ...]:
        texts = self._connection.scalars(
            select(tables.products.c.document)
            .join_from(tables.credential_products, tables.products)
            .where(_PRODUCTS.organization == organization, _PRODUCTS.consumer_key == consumer_key)
            .order_by(_PRODUCTS.ordinal)
        )
        return tuple(decoded(text, ApiProduct) for text in texts)

    def _app_names(self, organization: str, developer_id: str) -> tuple[str, ...]:
        column = tables.apps.c.name
        key = {"organization": organization, "developer_id": developer_id}
        return tuple(self._connection.scalars(select(column).filter_by(**key).order_by(column)))

    def _put_products(self, organization: str, credential: Credential) -> None:
        key = {"organization": organization, "consumer_key": credential.consumer_key}
        self._connection.execute(delete(tables.credential_products).filter_by(**key))
        for ordinal, product in enumerate(credential.api_products):
            row = {**key, "product": product.name, "ordinal": ordinal, "status": product.status}
            try:
                self._connection.execute(insert(tables.credential_products).values(row))
            except SQLAlchemyError as error:
                raise translated(error, "API product", product.name) from error
        self._changes.append("credential", organization, credential.consumer_key)


def secret_names(organization: str, consumer_key: str) -> tuple[str, str, str]:
    """What binds a consumer secret to its record in the vault."""
    return ("credential", organization, consumer_key)


def _bare(credential: Credential) -> Credential:
    """The part that is kept as a document: without the secret and the products."""
    return replace(credential, consumer_secret="", api_products=())
