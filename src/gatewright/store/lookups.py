"""The gateway's look-ups on SQLite: plain SQL on a held connection, some 10 µs each, without a thread hop."""

import sqlite3
import threading

from msgspec.json import Decoder
from msgspec.structs import replace

from gatewright.entities import (
    AccessToken,
    ApiProduct,
    App,
    Client,
    Credential,
    Developer,
    MapScope,
    ProductStatus,
)
from gatewright.store.credentials import secret_names
from gatewright.store.failures import translated
from gatewright.store.maps import entry_names
from gatewright.store.sqlite_file import HeldConnection
from gatewright.store.vault import Vault

_Row = tuple[object, ...]

_TOKEN = "SELECT document FROM tokens WHERE organization = ? AND hash = ?"  # noqa: S105
_TOKEN_BY_REFRESH = "SELECT document FROM tokens WHERE refresh_hash = ? AND organization = ?"  # noqa: S105
_CLIENT = """
SELECT c.document, c.sealed_secret, c.secret_mac, a.document, d.document
FROM credentials c
JOIN apps a ON a.organization = c.organization AND a.app_id = c.app_id
JOIN developers d ON d.organization = a.organization AND d.developer_id = a.developer_id
WHERE c.organization = ? AND c.consumer_key = ?"""
_CLIENT_PRODUCTS = """
SELECT cp.product, cp.status, p.document
FROM credential_products cp
JOIN products p ON p.organization = cp.organization AND p.name = cp.product
WHERE cp.organization = ? AND cp.consumer_key = ? ORDER BY cp.ordinal"""
_APP_NAMES = "SELECT name FROM apps WHERE organization = ? AND developer_id = ? ORDER BY name"
_MAP_VALUE = """
SELECT value, sealed_value FROM map_entries WHERE organization = ? AND scope = ? AND map = ? AND name = ?"""

_TOKENS = Decoder(AccessToken)
_CREDENTIALS = Decoder(Credential)
_APPS = Decoder(App)
_DEVELOPERS = Decoder(Developer)
_PRODUCTS = Decoder(ApiProduct)


class SqliteLookups:
    """`protocols.Lookups`. Raises StoreUnavailable. Threads that share it take turns."""

    def __init__(self, held: HeldConnection, vault: Vault) -> None:
        self._held = held
        self._vault = vault
        self._turn = threading.Lock()

    def token(self, organization: str, token_hash: str) -> AccessToken | None:
        row = self._one(_TOKEN, organization, token_hash)
        return None if row is None else _TOKENS.decode(_text(row[0]))

    def token_by_refresh_token(self, organization: str, refresh_hash: str) -> AccessToken | None:
        row = self._one(_TOKEN_BY_REFRESH, refresh_hash, organization)
        return None if row is None else _TOKENS.decode(_text(row[0]))

    def client(self, organization: str, consumer_key: str) -> Client | None:
        """Read in one transaction, so that its parts belong together."""
        try:
            with self._turn:
                connection = self._current()
                connection.execute("BEGIN")
                try:
                    return self._client(connection, organization, consumer_key)
                finally:
                    connection.execute("COMMIT")
        except sqlite3.Error as error:
            raise translated(error) from error

    def map_value(self, organization: str, scope: MapScope, name: str, key: str) -> str | None:
        row = self._one(_MAP_VALUE, organization, scope.path, name, key)
        if row is None:
            return None
        value, sealed = row
        if isinstance(sealed, bytes):
            return self._vault.open(sealed, *entry_names(organization, scope, name, key))
        return _text(value)

    def close(self) -> None:
        self._held.close()

    def _current(self) -> sqlite3.Connection:
        if self._held.is_replaced():
            self._held.renew()
        return self._held.connection

    def _client(self, connection: sqlite3.Connection, organization: str, consumer_key: str) -> Client | None:
        row = connection.execute(_CLIENT, (organization, consumer_key)).fetchone()
        if row is None:
            return None
        products = connection.execute(_CLIENT_PRODUCTS, (organization, consumer_key)).fetchall()
        developer = _DEVELOPERS.decode(row[4])
        apps = connection.execute(_APP_NAMES, (organization, developer.developer_id)).fetchall()
        credential = replace(
            _CREDENTIALS.decode(row[0]),
            consumer_secret=self._vault.open(row[1], *secret_names(organization, consumer_key)),
            api_products=tuple(ProductStatus(name=name, status=status) for name, status, _ in products),
        )
        return Client(
            organization=organization,
            credential=credential,
            app=_APPS.decode(row[3]),
            developer=replace(developer, apps=tuple(name for (name,) in apps)),
            products=tuple(_PRODUCTS.decode(text) for _, _, text in products),
            secret_mac=row[2],
        )

    def _one(self, statement: str, *parameters: str) -> _Row | None:
        try:
            with self._turn:
                row: _Row | None = self._current().execute(statement, parameters).fetchone()
        except sqlite3.Error as error:
            raise translated(error) from error
        return row


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
