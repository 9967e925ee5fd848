"""Developers. Wherever one is named, the e-mail or the developer id will do."""

import uuid
from collections.abc import Callable

from msgspec.structs import replace

from gatewright.entities import Developer
from gatewright.operations.errors import InvalidField
from gatewright.operations.naming import check_given
from gatewright.operations.stamps import created, modified
from gatewright.operations.work import reading, writing
from gatewright.store import Store, Transaction


async def list_developers(
    store: Store, organization: str, start: str = "", count: int | None = None
) -> tuple[Developer, ...]:
    """In order of e-mail."""

    def work(tx: Transaction) -> tuple[Developer, ...]:
        tx.organizations.get(organization)
        return tx.developers.list(organization, start, count)

    return await reading(store, work)


async def get_developer(store: Store, organization: str, developer: str) -> Developer:
    return await reading(
        store, lambda tx: tx.developers.get(organization, developer), organization=organization
    )


async def create_developer(store: Store, organization: str, developer: Developer, by: str) -> Developer:
    """Active, with a new id. E-mail and the three names are required."""
    _check(developer)

    def work(tx: Transaction) -> Developer:
        tx.organizations.get(organization)
        identified = replace(
            developer,
            developer_id=str(uuid.uuid4()),
            organization_name=organization,
            status="active",
            apps=(),
            companies=(),
        )
        made = created(identified, by, tx.now_ms)
        tx.developers.create(organization, made)
        return made

    return await writing(store, work, organization=organization)


async def edit_developer(
    store: Store, organization: str, developer: str, edit: Callable[[Developer], Developer], by: str
) -> Developer:
    """Put what `edit` makes of the developer in its place. Id, organization and apps stay."""

    def work(tx: Transaction) -> Developer:
        was = tx.developers.get(organization, developer)
        edited = replace(
            edit(was),
            developer_id=was.developer_id,
            organization_name=was.organization_name,
            apps=was.apps,
            companies=was.companies,
        )
        _check(edited)
        now = modified(edited, was, by, tx.now_ms)
        tx.developers.update(organization, now)
        return now

    return await writing(store, work, organization=organization)


async def activate_developer(store: Store, organization: str, developer: str, by: str) -> None:
    await edit_developer(store, organization, developer, lambda was: replace(was, status="active"), by)


async def deactivate_developer(store: Store, organization: str, developer: str, by: str) -> None:
    """The developer's keys and tokens stop working; nothing is deleted."""
    await edit_developer(store, organization, developer, lambda was: replace(was, status="inactive"), by)


async def delete_developer(store: Store, organization: str, developer: str) -> Developer:
    """With all apps and keys."""

    def work(tx: Transaction) -> Developer:
        was = tx.developers.get(organization, developer)
        tx.developers.delete(organization, was.developer_id)
        return was

    return await writing(store, work, organization=organization)


def _check(developer: Developer) -> None:
    check_given(
        email=developer.email,
        firstName=developer.first_name,
        lastName=developer.last_name,
        userName=developer.user_name,
    )
    local, at, domain = developer.email.partition("@")
    if not (local and at and domain) or any(character.isspace() for character in developer.email):
        raise InvalidField(field="email", problem=f"{developer.email!r} is not an e-mail address")
