"""Virtual hosts of an environment. Their aliases, with the port, are unique in the installation."""

from gatewright.entities import EndpointAddress, VirtualHost
from gatewright.operations.errors import HostAliasTaken, VirtualHostInUse
from gatewright.operations.naming import check_given, check_name
from gatewright.operations.work import reading, writing
from gatewright.store import Store, Transaction


async def list_virtual_hosts(store: Store, organization: str, environment: str) -> tuple[VirtualHost, ...]:
    def work(tx: Transaction) -> tuple[VirtualHost, ...]:
        tx.environments.get(organization, environment)
        return tx.virtual_hosts.list(organization, environment)

    return await reading(store, work, organization=organization, environment=environment)


async def get_virtual_host(store: Store, organization: str, environment: str, name: str) -> VirtualHost:
    def work(tx: Transaction) -> VirtualHost:
        tx.environments.get(organization, environment)
        return tx.virtual_hosts.get(organization, environment, name)

    return await reading(store, work, organization=organization, environment=environment)


async def create_virtual_host(
    store: Store, organization: str, environment: str, virtual_host: VirtualHost
) -> VirtualHost:
    check_name("name", virtual_host.name)
    check_given(port=virtual_host.port)

    def work(tx: Transaction) -> VirtualHost:
        tx.environments.get(organization, environment)
        _check_aliases(tx, organization, environment, virtual_host)
        tx.virtual_hosts.create(organization, environment, virtual_host)
        return virtual_host

    return await writing(store, work, organization=organization, environment=environment)


async def update_virtual_host(
    store: Store, organization: str, environment: str, virtual_host: VirtualHost
) -> VirtualHost:
    check_given(port=virtual_host.port)

    def work(tx: Transaction) -> VirtualHost:
        tx.environments.get(organization, environment)
        _check_aliases(tx, organization, environment, virtual_host)
        tx.virtual_hosts.update(organization, environment, virtual_host)
        return virtual_host

    return await writing(store, work, organization=organization, environment=environment)


async def delete_virtual_host(store: Store, organization: str, environment: str, name: str) -> VirtualHost:
    """Raises VirtualHostInUse while a proxy is deployed on it."""

    def work(tx: Transaction) -> VirtualHost:
        tx.environments.get(organization, environment)
        was = tx.virtual_hosts.get(organization, environment, name)
        users = _deployed_on(tx, organization, environment, name)
        if users:
            raise VirtualHostInUse(name=name, proxies=", ".join(users))
        tx.virtual_hosts.delete(organization, environment, name)
        return was

    return await writing(store, work, organization=organization, environment=environment)


def _deployed_on(tx: Transaction, organization: str, environment: str, virtual_host: str) -> list[str]:
    def is_on(addresses: tuple[EndpointAddress, ...]) -> bool:
        return any(address.virtual_host == virtual_host for address in addresses)

    deployments = tx.deployments.list("apiproxy", organization, environment)
    return [each.api_proxy for each in deployments if is_on(tx.deployments.addresses("apiproxy", each))]


def _check_aliases(tx: Transaction, organization: str, environment: str, virtual_host: VirtualHost) -> None:
    wanted = {alias.lower() for alias in virtual_host.host_aliases}
    for other_organization in tx.organizations.names():
        for other_environment in tx.environments.names(other_organization):
            for other in tx.virtual_hosts.list(other_organization, other_environment):
                place = (other_organization, other_environment, other.name)
                if place == (organization, environment, virtual_host.name) or other.port != virtual_host.port:
                    continue
                for alias in other.host_aliases:
                    if alias.lower() in wanted:
                        raise HostAliasTaken(alias=alias, port=other.port, taken_by="/".join(place))
