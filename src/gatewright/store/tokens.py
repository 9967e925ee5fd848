"""OAuth tokens by hash."""

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.exc import SQLAlchemyError

from gatewright.entities import NEVER, AccessToken
from gatewright.store import tables
from gatewright.store.changes import SqlChangeFeed
from gatewright.store.failures import Missing, translated
from gatewright.store.rows import decoded, encoded

_COLUMNS = tables.tokens.c


class SqlTokens:
    def __init__(self, connection: Connection, changes: SqlChangeFeed) -> None:
        self._connection = connection
        self._changes = changes

    def get(self, organization: str, token_hash: str) -> AccessToken:
        return self._one(organization, _COLUMNS.hash.name, token_hash)

    def by_refresh_token(self, organization: str, refresh_hash: str) -> AccessToken:
        return self._one(organization, _COLUMNS.refresh_hash.name, refresh_hash)

    def create(self, token: AccessToken) -> None:
        """A new token tells the feed nothing: nobody can have heard of it yet."""
        try:
            self._connection.execute(insert(tables.tokens).values(_row(token)))
        except SQLAlchemyError as error:
            raise translated(error, "access token", token.hash) from error

    def update(self, token: AccessToken) -> None:
        self.replace(token.organization, token.hash, token)

    def replace(self, organization: str, token_hash: str, token: AccessToken) -> None:
        statement = update(tables.tokens).filter_by(organization=organization, hash=token_hash)
        try:
            done = self._connection.execute(statement.values(_row(token)))
        except SQLAlchemyError as error:
            raise translated(error, "access token", token.hash) from error
        self._changed(organization, token_hash, done.rowcount)

    def delete(self, organization: str, token_hash: str) -> None:
        statement = delete(tables.tokens).filter_by(organization=organization, hash=token_hash)
        self._changed(organization, token_hash, self._connection.execute(statement).rowcount)

    def of_app(self, organization: str, app_id: str, end_user: str = "") -> tuple[AccessToken, ...]:
        statement = select(_COLUMNS.document).filter_by(organization=organization, app_id=app_id)
        if end_user:
            statement = statement.filter_by(end_user=end_user)
        texts = self._connection.scalars(statement.order_by(_COLUMNS.hash))
        return tuple(decoded(text, AccessToken) for text in texts)

    def purge(self, now_ms: int, limit: int) -> int:
        doomed = select(_COLUMNS.organization, _COLUMNS.hash).where(_COLUMNS.purge_at <= now_ms).limit(limit)
        rows = self._connection.execute(doomed).all()
        for organization, doomed_hash in rows:
            self._connection.execute(
                delete(tables.tokens).filter_by(organization=organization, hash=doomed_hash)
            )
        return len(rows)

    def _one(self, organization: str, column: str, value: str) -> AccessToken:
        text = self._connection.scalar(
            select(_COLUMNS.document).filter_by(**{"organization": organization, column: value})
        )
        if text is None:
            raise Missing("access token", value)
        return decoded(text, AccessToken)

    def _changed(self, organization: str, token_hash: str, rows: int) -> None:
        if not rows:
            raise Missing("access token", token_hash)
        self._changes.append("token", organization, token_hash)


def _row(token: AccessToken) -> dict[str, object]:
    return {
        "organization": token.organization,
        "hash": token.hash,
        "refresh_hash": token.refresh_token_hash or None,
        "client_id": token.client_id,
        "app_id": token.app_id,
        "end_user": token.end_user,
        "purge_at": _useless_from(token),
        "document": encoded(token),
    }


def _useless_from(token: AccessToken) -> int | None:
    """When neither the token nor its refresh token can be used any more; None for never."""
    ends = [token.expires_at, *([token.refresh_token_expires_at] if token.refresh_token_hash else [])]
    return None if NEVER in ends else max(ends)
