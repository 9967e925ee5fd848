"""API proxies, shared flows and their revisions: import, export, overwrite, delete."""

from dataclasses import dataclass

from msgspec.structs import replace

from gatewright.bundle.diagnostics import Diagnostic
from gatewright.entities import BundleKind, MetaData, Proxy, Revision
from gatewright.operations.bundles import PolicyTypes, ReadBundle, described, empty_bundle, read_uploaded
from gatewright.operations.errors import ProxyInProducts, RevisionDeployed, called
from gatewright.operations.naming import check_name
from gatewright.operations.stamps import created
from gatewright.operations.work import reading, writing
from gatewright.store import Missing, Store, Transaction


@dataclass(frozen=True, slots=True)
class Imported:
    """A revision as it was stored, and everything that was noticed in its bundle."""

    revision: Revision
    diagnostics: tuple[Diagnostic, ...]


async def list_proxies(store: Store, organization: str, kind: BundleKind = "apiproxy") -> tuple[str, ...]:
    def work(tx: Transaction) -> tuple[str, ...]:
        tx.organizations.get(organization)
        return tx.proxies.names(organization, kind)

    return await reading(store, work)


async def get_proxy(store: Store, organization: str, name: str, kind: BundleKind = "apiproxy") -> Proxy:
    return await reading(
        store, lambda tx: tx.proxies.get(organization, kind, name), **_about(organization, name, kind)
    )


async def get_revision(
    store: Store, organization: str, name: str, number: int, kind: BundleKind = "apiproxy"
) -> Revision:
    return await reading(
        store,
        lambda tx: find_revision(tx, organization, kind, name, number),
        **_about(organization, name, kind),
    )


async def import_revision(
    store: Store,
    organization: str,
    name: str,
    data: bytes,
    by: str,
    policies: PolicyTypes,
    kind: BundleKind = "apiproxy",
) -> Imported:
    """A new revision, one above the highest there is, from a zip, which is kept as it came.

    Raises InvalidBundle when the bundle cannot be read; one that is incomplete is imported.
    """
    check_name("name", name)
    read = await read_uploaded(data, policies, kind, name)

    def work(tx: Transaction) -> Imported:
        tx.organizations.get(organization)
        return Imported(add_revision(tx, organization, kind, name, read, by), read.diagnostics)

    return await writing(store, work, **_about(organization, name, kind))


async def create_proxy(
    store: Store, organization: str, name: str, by: str, policies: PolicyTypes, kind: BundleKind = "apiproxy"
) -> Imported:
    """A proxy whose revision 1 is empty. Raises ProxyAlreadyExists."""
    check_name("name", name)
    read = await read_uploaded(empty_bundle(name, kind), policies, kind, name)

    def work(tx: Transaction) -> Imported:
        tx.organizations.get(organization)
        tx.proxies.create(organization, kind, name, created(MetaData(), by, tx.now_ms))
        return Imported(add_revision(tx, organization, kind, name, read, by), read.diagnostics)

    return await writing(store, work, **_about(organization, name, kind))


async def export_revision(
    store: Store, organization: str, name: str, number: int, kind: BundleKind = "apiproxy"
) -> bytes:
    """The zip: as it was uploaded, unless the revision has been edited piece by piece since."""

    def work(tx: Transaction) -> bytes:
        find_revision(tx, organization, kind, name, number)
        return tx.bundles.get(tx.revisions.bundle_hash(organization, kind, name, number))

    return await reading(store, work, **_about(organization, name, kind))


async def delete_revision(
    store: Store, organization: str, name: str, number: int, kind: BundleKind = "apiproxy"
) -> Revision:
    """Raises RevisionDeployed."""

    def work(tx: Transaction) -> Revision:
        was = find_revision(tx, organization, kind, name, number)
        check_undeployed(tx, organization, kind, name, number)
        tx.revisions.delete(organization, kind, name, number)
        return was

    return await writing(store, work, **_about(organization, name, kind))


async def delete_proxy(store: Store, organization: str, name: str, kind: BundleKind = "apiproxy") -> Proxy:
    """With all revisions. Raises RevisionDeployed, or ProxyInProducts."""

    def work(tx: Transaction) -> Proxy:
        was = tx.proxies.get(organization, kind, name)
        products = [each.name for each in tx.products.list(organization) if name in each.proxies]
        if products and kind == "apiproxy":
            raise ProxyInProducts(name=name, products=f"[{', '.join(products)}]")
        for number in was.revision:
            check_undeployed(tx, organization, kind, name, int(number))
        tx.proxies.delete(organization, kind, name)
        return was

    return await writing(store, work, **_about(organization, name, kind))


def find_revision(tx: Transaction, organization: str, kind: BundleKind, name: str, number: int) -> Revision:
    """Raises Missing for the proxy or the revision."""
    tx.proxies.get(organization, kind, name)
    return tx.revisions.get(organization, kind, name, number)


def add_revision(
    tx: Transaction, organization: str, kind: BundleKind, name: str, read: ReadBundle, by: str
) -> Revision:
    """The next revision of a proxy, which is made when there is none of that name."""
    touch_proxy(tx, organization, kind, name, by)
    numbers = tx.proxies.get(organization, kind, name).revision
    number = max(map(int, numbers), default=0) + 1
    revision = created(described(read.bundle, name, number), by, tx.now_ms)
    tx.revisions.create(organization, kind, revision, read.zip)
    return revision


def touch_proxy(tx: Transaction, organization: str, kind: BundleKind, name: str, by: str) -> None:
    """Stamp the proxy as changed now; make it when it is not there."""
    try:
        was = tx.proxies.get(organization, kind, name).meta_data
    except Missing:
        tx.proxies.create(organization, kind, name, created(MetaData(), by, tx.now_ms))
        return
    tx.proxies.update(organization, kind, name, replace(was, last_modified_at=tx.now_ms, last_modified_by=by))


def check_undeployed(tx: Transaction, organization: str, kind: BundleKind, name: str, number: int) -> None:
    """Raises RevisionDeployed."""
    deployed = tx.deployments.list(kind, organization, name=name)
    environments = [each.environment for each in deployed if each.number == number]
    if environments:
        raise RevisionDeployed(name=number, proxy=name, environments=", ".join(environments), **called(kind))


def _about(organization: str, proxy: str, kind: BundleKind) -> dict[str, str]:
    return {"organization": organization, "proxy": proxy, **called(kind)}
