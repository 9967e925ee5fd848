"""Users who manage, and the Argon2 hashes of their passwords."""

from sqlalchemy import Connection, select, update

from gatewright.entities import User
from gatewright.store import tables
from gatewright.store.changes import SqlChangeFeed
from gatewright.store.failures import Missing
from gatewright.store.rows import Documents


class SqlUsers:
    def __init__(self, connection: Connection, changes: SqlChangeFeed) -> None:
        self._connection = connection
        self._documents = Documents(connection, tables.users, User, "user", "email")
        self._changes = changes

    def emails(self) -> tuple[str, ...]:
        return self._documents.names()

    def get(self, email: str) -> User:
        return self._documents.get(email=email)

    def create(self, user: User, password_hash: str) -> None:
        self._documents.create(user, email=user.email, password_hash=password_hash)
        self._changes.append("user", "", user.email)

    def update(self, user: User) -> None:
        self._documents.update(user, email=user.email)
        self._changes.append("user", "", user.email)

    def delete(self, email: str) -> None:
        self._documents.delete(email=email)
        self._changes.append("user", "", email)

    def password_hash(self, email: str) -> str:
        found = self._connection.scalar(select(tables.users.c.password_hash).filter_by(email=email))
        if found is None:
            raise Missing("user", email)
        return str(found)

    def set_password_hash(self, email: str, password_hash: str) -> None:
        statement = update(tables.users).filter_by(email=email).values(password_hash=password_hash)
        if not self._connection.execute(statement).rowcount:
            raise Missing("user", email)
        self._changes.append("user", "", email)
