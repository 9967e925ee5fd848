"""API products."""

from collections.abc import Callable

from msgspec.structs import replace

from gatewright.entities import ApiProduct
from gatewright.operations.errors import ProductInUse
from gatewright.operations.naming import check_name
from gatewright.operations.stamps import created, modified
from gatewright.operations.work import reading, writing
from gatewright.store import Store, Transaction


async def list_products(
    store: Store, organization: str, start: str = "", count: int | None = None
) -> tuple[ApiProduct, ...]:
    """In order of name."""

    def work(tx: Transaction) -> tuple[ApiProduct, ...]:
        tx.organizations.get(organization)
        return tx.products.list(organization, start, count)

    return await reading(store, work)


async def get_product(store: Store, organization: str, name: str) -> ApiProduct:
    return await reading(store, lambda tx: tx.products.get(organization, name), organization=organization)


async def create_product(store: Store, organization: str, product: ApiProduct, by: str) -> ApiProduct:
    """The display name is the name when none is given."""
    check_name("name", product.name)
    named = product if product.display_name else replace(product, display_name=product.name)

    def work(tx: Transaction) -> ApiProduct:
        tx.organizations.get(organization)
        made = created(named, by, tx.now_ms)
        tx.products.create(organization, made)
        return made

    return await writing(store, work, organization=organization)


async def edit_product(
    store: Store, organization: str, name: str, edit: Callable[[ApiProduct], ApiProduct], by: str
) -> ApiProduct:
    """Put what `edit` makes of the product in its place, with nobody writing in between."""

    def work(tx: Transaction) -> ApiProduct:
        was = tx.products.get(organization, name)
        now = modified(replace(edit(was), name=name), was, by, tx.now_ms)
        tx.products.update(organization, now)
        return now

    return await writing(store, work, organization=organization)


async def delete_product(store: Store, organization: str, name: str) -> ApiProduct:
    """Raises ProductInUse while a consumer key has it."""

    def work(tx: Transaction) -> ApiProduct:
        was = tx.products.get(organization, name)
        keys = tx.products.keys(organization, name)
        if keys:
            raise ProductInUse(name=name, keys=len(keys))
        tx.products.delete(organization, name)
        return was

    return await writing(store, work, organization=organization)


async def list_product_keys(store: Store, organization: str, name: str) -> tuple[str, ...]:
    """The consumer keys that have the product."""

    def work(tx: Transaction) -> tuple[str, ...]:
        tx.products.get(organization, name)
        return tx.products.keys(organization, name)

    return await reading(store, work, organization=organization)
