"""Organizations."""

from msgspec.structs import replace

from gatewright.entities import Organization, Properties
from gatewright.operations.naming import check_name
from gatewright.operations.stamps import created, modified
from gatewright.operations.work import reading, writing
from gatewright.store import Store, Transaction


async def list_organizations(store: Store) -> tuple[str, ...]:
    return await reading(store, lambda tx: tx.organizations.names())


async def get_organization(store: Store, name: str) -> Organization:
    return await reading(store, lambda tx: tx.organizations.get(name))


async def create_organization(store: Store, organization: Organization, by: str) -> Organization:
    check_name("name", organization.name)

    def work(tx: Transaction) -> Organization:
        tx.organizations.create(created(organization, by, tx.now_ms))
        return tx.organizations.get(organization.name)

    return await writing(store, work)


async def replace_organization_properties(
    store: Store, name: str, properties: Properties, by: str
) -> Organization:
    def work(tx: Transaction) -> Organization:
        was = tx.organizations.get(name)
        now = modified(replace(was, properties=properties), was, by, tx.now_ms)
        tx.organizations.update(now)
        return now

    return await writing(store, work)
