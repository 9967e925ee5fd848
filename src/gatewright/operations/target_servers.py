"""Target servers of an environment."""

from gatewright.entities import TargetServer
from gatewright.operations.errors import InvalidField
from gatewright.operations.naming import check_given, check_name
from gatewright.operations.work import reading, writing
from gatewright.store import Store, Transaction


async def list_target_servers(store: Store, organization: str, environment: str) -> tuple[TargetServer, ...]:
    def work(tx: Transaction) -> tuple[TargetServer, ...]:
        tx.environments.get(organization, environment)
        return tx.target_servers.list(organization, environment)

    return await reading(store, work, organization=organization, environment=environment)


async def get_target_server(store: Store, organization: str, environment: str, name: str) -> TargetServer:
    def work(tx: Transaction) -> TargetServer:
        tx.environments.get(organization, environment)
        return tx.target_servers.get(organization, environment, name)

    return await reading(store, work, organization=organization, environment=environment)


async def create_target_server(
    store: Store, organization: str, environment: str, target_server: TargetServer
) -> TargetServer:
    check_name("name", target_server.name)
    _check(target_server)

    def work(tx: Transaction) -> TargetServer:
        tx.environments.get(organization, environment)
        tx.target_servers.create(organization, environment, target_server)
        return target_server

    return await writing(store, work, organization=organization, environment=environment)


async def update_target_server(
    store: Store, organization: str, environment: str, target_server: TargetServer
) -> TargetServer:
    _check(target_server)

    def work(tx: Transaction) -> TargetServer:
        tx.environments.get(organization, environment)
        tx.target_servers.update(organization, environment, target_server)
        return target_server

    return await writing(store, work, organization=organization, environment=environment)


async def delete_target_server(store: Store, organization: str, environment: str, name: str) -> TargetServer:
    def work(tx: Transaction) -> TargetServer:
        tx.environments.get(organization, environment)
        was = tx.target_servers.get(organization, environment, name)
        tx.target_servers.delete(organization, environment, name)
        return was

    return await writing(store, work, organization=organization, environment=environment)


def _check(target_server: TargetServer) -> None:
    check_given(host=target_server.host)
    if not 0 < target_server.port < 65536:
        raise InvalidField(field="port", problem=f"{target_server.port} is not a port")
