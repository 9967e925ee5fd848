"""Environments of an organization."""

from gatewright.entities import Environment, MapScope
from gatewright.operations.naming import check_name
from gatewright.operations.stamps import created, modified
from gatewright.operations.work import reading, writing
from gatewright.store import Store, Transaction


async def list_environments(store: Store, organization: str) -> tuple[str, ...]:
    return await reading(store, lambda tx: tx.organizations.get(organization).environments)


async def get_environment(store: Store, organization: str, name: str) -> Environment:
    return await reading(store, lambda tx: tx.environments.get(organization, name), organization=organization)


async def create_environment(
    store: Store, organization: str, environment: Environment, by: str
) -> Environment:
    check_name("name", environment.name)

    def work(tx: Transaction) -> Environment:
        tx.organizations.get(organization)
        made = created(environment, by, tx.now_ms)
        tx.environments.create(organization, made)
        return made

    return await writing(store, work, organization=organization)


async def update_environment(
    store: Store, organization: str, environment: Environment, by: str
) -> Environment:
    def work(tx: Transaction) -> Environment:
        was = tx.environments.get(organization, environment.name)
        now = modified(environment, was, by, tx.now_ms)
        tx.environments.update(organization, now)
        return now

    return await writing(store, work, organization=organization)


async def delete_environment(store: Store, organization: str, name: str) -> Environment:
    """With its key value maps. Raises EnvironmentInUse while anything else is in it."""

    def work(tx: Transaction) -> Environment:
        was = tx.environments.get(organization, name)
        tx.environments.delete(organization, name)
        tx.maps.delete_scope(organization, MapScope(environment=name))
        return was

    return await writing(store, work, organization=organization)
