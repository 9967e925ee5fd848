"""Users who manage: who they are, whether a password is theirs, what roles they hold."""

from collections.abc import Callable

from msgspec.structs import replace

from gatewright.entities import User
from gatewright.operations.naming import check_given
from gatewright.operations.work import reading, writing
from gatewright.store import Missing, Passwords, Store, Transaction


async def authenticate(store: Store, passwords: Passwords, email: str, password: str) -> User | None:
    """The user whose password it is. An unknown user takes as long as a wrong password."""

    def work(tx: Transaction) -> tuple[User, str] | None:
        try:
            return tx.users.get(email), tx.users.password_hash(email)
        except Missing:
            return None

    found = await store.read(work)
    user, password_hash = found if found else (None, None)
    return user if await passwords.matches(password_hash, password) else None


async def list_users(store: Store) -> tuple[str, ...]:
    """E-mails."""
    return await reading(store, lambda tx: tx.users.emails())


async def get_user(store: Store, email: str) -> User:
    return await reading(store, lambda tx: tx.users.get(email))


async def create_user(store: Store, passwords: Passwords, user: User, password: str) -> User:
    check_given(emailId=user.email, password=password)
    password_hash = await passwords.hash(password)
    await writing(store, lambda tx: tx.users.create(user, password_hash))
    return user


async def edit_user(store: Store, email: str, edit: Callable[[User], User]) -> User:
    """Put what `edit` makes of the user in its place. The e-mail stays."""

    def work(tx: Transaction) -> User:
        now = replace(edit(tx.users.get(email)), email=email)
        tx.users.update(now)
        return now

    return await writing(store, work)


async def set_password(store: Store, passwords: Passwords, email: str, password: str) -> None:
    check_given(password=password)
    password_hash = await passwords.hash(password)
    await writing(store, lambda tx: tx.users.set_password_hash(email, password_hash))


async def delete_user(store: Store, email: str) -> User:
    def work(tx: Transaction) -> User:
        was = tx.users.get(email)
        tx.users.delete(email)
        return was

    return await writing(store, work)
