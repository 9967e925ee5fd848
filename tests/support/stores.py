"""A real store in a folder, holding the tutorial's records."""

from pathlib import Path

from tests.support.ports import FixedClock
from tests.support.records import CLIENT

from gatewright.entities import Client, Organization
from gatewright.store import Store, Transaction

STORE_KEY = bytes(range(32))


def open_store(folder: Path) -> Store:
    """An embedded store in a file of its own; close it in the end."""
    return Store.open(folder / "gatewright.db", STORE_KEY, now_ms=FixedClock().now_ms)


async def add_client(store: Store, client: Client = CLIENT) -> None:
    """The organization, the products, the developer, the app and the credential."""

    def work(tx: Transaction) -> None:
        tx.organizations.create(Organization(name=client.organization))
        for product in client.products:
            tx.products.create(client.organization, product)
        tx.developers.create(client.organization, client.developer)
        tx.apps.create(client.organization, client.app)
        tx.credentials.create(client.organization, client.app.app_id, client.credential)

    await store.write(work)
