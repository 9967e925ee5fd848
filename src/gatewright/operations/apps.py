"""Developers' apps. Wherever a developer is named, the e-mail or the developer id will do."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass

from msgspec.structs import replace

from gatewright.entities import NEVER, App, Approval, Attribute
from gatewright.operations.errors import AppAlreadyExists, AppIdDoesNotExist
from gatewright.operations.keys import add_key
from gatewright.operations.naming import check_name
from gatewright.operations.stamps import created, modified
from gatewright.operations.work import reading, writing
from gatewright.store import Duplicate, Missing, Store, Transaction


@dataclass(frozen=True, slots=True)
class NewApp:
    """What an app is made from. `key_expires_in_ms` counts from now; NEVER for a key that lasts."""

    name: str
    api_products: tuple[str, ...] = ()
    attributes: tuple[Attribute, ...] = ()
    callback_url: str = ""
    app_family: str = "default"
    scopes: tuple[str, ...] = ()
    key_expires_in_ms: int = NEVER


async def list_apps(
    store: Store, organization: str, start: str = "", count: int | None = None
) -> tuple[App, ...]:
    """All apps of the organization, in order of id."""

    def work(tx: Transaction) -> tuple[App, ...]:
        tx.organizations.get(organization)
        return tx.apps.list(organization, start, count)

    return await reading(store, work)


async def list_developer_apps(store: Store, organization: str, developer: str) -> tuple[App, ...]:
    """In order of name."""

    def work(tx: Transaction) -> tuple[App, ...]:
        found = tx.developers.get(organization, developer)
        return tx.apps.of_developer(organization, found.developer_id)

    return await reading(store, work, organization=organization)


async def get_app(store: Store, organization: str, developer: str, name: str) -> App:
    return await reading(
        store,
        lambda tx: find_app(tx, organization, developer, name),
        organization=organization,
        developer=developer,
    )


async def get_app_by_id(store: Store, organization: str, app_id: str) -> App:
    def work(tx: Transaction) -> App:
        try:
            return tx.apps.get(organization, app_id)
        except Missing:
            raise AppIdDoesNotExist(name=app_id, organization=organization) from None

    return await reading(store, work, organization=organization)


async def create_app(store: Store, organization: str, developer: str, new: NewApp, by: str) -> App:
    """Approved, with one key, even without products. Raises AppAlreadyExists, or ProductDoesNotExist."""
    check_name("name", new.name)

    def work(tx: Transaction) -> App:
        owner = tx.developers.get(organization, developer)
        app = App(
            name=new.name,
            app_id=str(uuid.uuid4()),
            developer_id=owner.developer_id,
            app_family=new.app_family,
            callback_url=new.callback_url,
            attributes=new.attributes,
            scopes=new.scopes,
        )
        try:
            tx.apps.create(organization, created(app, by, tx.now_ms))
        except Duplicate:
            raise AppAlreadyExists(name=new.name) from None  # the store speaks of ids
        add_key(tx, organization, app, new.api_products, expires_in_ms=new.key_expires_in_ms)
        return tx.apps.get(organization, app.app_id)

    return await writing(store, work, organization=organization, developer=developer)


async def edit_app(
    store: Store, organization: str, developer: str, name: str, edit: Callable[[App], App], by: str
) -> App:
    """Put what `edit` makes of the app in its place. Ids, owner and keys stay."""

    def work(tx: Transaction) -> App:
        was = find_app(tx, organization, developer, name)
        edited = replace(
            edit(was), app_id=was.app_id, developer_id=was.developer_id, credentials=was.credentials
        )
        check_name("name", edited.name)
        now = modified(edited, was, by, tx.now_ms)
        tx.apps.update(organization, now)
        return now

    return await writing(store, work, organization=organization, developer=developer)


async def approve_app(store: Store, organization: str, developer: str, name: str, by: str) -> None:
    await _set_status(store, organization, developer, name, "approved", by)


async def revoke_app(store: Store, organization: str, developer: str, name: str, by: str) -> None:
    """Its keys and tokens stop working; nothing is deleted."""
    await _set_status(store, organization, developer, name, "revoked", by)


async def delete_app(store: Store, organization: str, developer: str, name: str) -> App:
    """With its keys."""

    def work(tx: Transaction) -> App:
        was = find_app(tx, organization, developer, name)
        tx.apps.delete(organization, was.app_id)
        return was

    return await writing(store, work, organization=organization, developer=developer)


def find_app(tx: Transaction, organization: str, developer: str, name: str) -> App:
    """Raises Missing for the developer or the app."""
    owner = tx.developers.get(organization, developer)
    return tx.apps.find(organization, owner.developer_id, name)


async def _set_status(
    store: Store, organization: str, developer: str, name: str, status: Approval, by: str
) -> None:
    await edit_app(store, organization, developer, name, lambda was: replace(was, status=status), by)
