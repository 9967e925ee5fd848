"""API proxies and shared flows, their revisions, and the bundles these are made of."""

from hashlib import sha512

from sqlalchemy import Connection, delete, exists, func, insert, select

from gatewright.entities import BundleKind, MetaData, Proxy, Revision
from gatewright.store import tables
from gatewright.store.failures import Missing, Stale
from gatewright.store.rows import Documents


def content_hash(bundle: bytes) -> str:
    """The name of a zip by its content, as `configVersion` shows it."""
    return f"SHA-512:{sha512(bundle).hexdigest()}"


class SqlBundles:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, bundle_hash: str) -> bytes:
        content = self._connection.scalar(select(tables.bundles.c.content).filter_by(hash=bundle_hash))
        if content is None:
            raise Missing("bundle", bundle_hash)
        return bytes(content)

    def put(self, content: bytes) -> str:
        """The content hash; what is there already is kept."""
        name = content_hash(content)
        if (
            self._connection.scalar(select(func.count()).select_from(tables.bundles).filter_by(hash=name))
            == 0
        ):
            self._connection.execute(insert(tables.bundles).values(hash=name, content=content))
        return name

    def drop_unreferenced(self) -> int:
        referred = [
            exists().where(table.c.bundle_hash == tables.bundles.c.hash)
            for table in (tables.revisions, tables.deployments)
        ]
        return self._connection.execute(delete(tables.bundles).where(~referred[0], ~referred[1])).rowcount


class SqlProxies:
    def __init__(self, connection: Connection, bundles: SqlBundles) -> None:
        self._connection = connection
        self._documents = Documents(connection, tables.proxies, MetaData, "proxy", "name")
        self._bundles = bundles

    def names(self, organization: str, kind: BundleKind) -> tuple[str, ...]:
        return self._documents.names(organization=organization, kind=kind)

    def get(self, organization: str, kind: BundleKind, name: str) -> Proxy:
        stamps = self._documents.get(organization=organization, kind=kind, name=name)
        column = tables.revisions.c.revision
        numbers = self._connection.scalars(
            select(column).filter_by(organization=organization, kind=kind, name=name).order_by(column)
        )
        return Proxy(name=name, meta_data=stamps, revision=tuple(map(str, numbers)))

    def create(self, organization: str, kind: BundleKind, name: str, stamps: MetaData) -> None:
        self._documents.create(stamps, organization=organization, kind=kind, name=name)

    def update(self, organization: str, kind: BundleKind, name: str, stamps: MetaData) -> None:
        self._documents.update(stamps, organization=organization, kind=kind, name=name)

    def delete(self, organization: str, kind: BundleKind, name: str) -> None:
        for number in self.get(organization, kind, name).revision:
            SqlRevisions(self._connection, self._bundles).delete(organization, kind, name, int(number))
        self._documents.delete(organization=organization, kind=kind, name=name)


class SqlRevisions:
    def __init__(self, connection: Connection, bundles: SqlBundles) -> None:
        self._connection = connection
        self._documents = Documents(connection, tables.revisions, Revision, "revision", "revision")
        self._bundles = bundles

    def get(self, organization: str, kind: BundleKind, name: str, number: int) -> Revision:
        return self._documents.get(organization=organization, kind=kind, name=name, revision=number)

    def bundle_hash(self, organization: str, kind: BundleKind, name: str, number: int) -> str:
        found = self._connection.scalar(
            select(tables.revisions.c.bundle_hash).filter_by(
                organization=organization, kind=kind, name=name, revision=number
            )
        )
        if found is None:
            raise Missing("revision", str(number))
        return str(found)

    def create(self, organization: str, kind: BundleKind, revision: Revision, bundle: bytes) -> str:
        bundle_hash = self._bundles.put(bundle)
        self._documents.create(
            revision,
            organization=organization,
            kind=kind,
            name=revision.name,
            revision=revision.number,
            bundle_hash=bundle_hash,
        )
        return bundle_hash

    def replace(
        self, organization: str, kind: BundleKind, revision: Revision, bundle: bytes, expected_hash: str
    ) -> str:
        if self.bundle_hash(organization, kind, revision.name, revision.number) != expected_hash:
            raise Stale("revision", revision.revision)
        bundle_hash = self._bundles.put(bundle)
        self._documents.update(
            revision,
            {"bundle_hash": bundle_hash},
            organization=organization,
            kind=kind,
            name=revision.name,
            revision=revision.number,
        )
        if bundle_hash != expected_hash:
            self._bundles.drop_unreferenced()
        return bundle_hash

    def delete(self, organization: str, kind: BundleKind, name: str, number: int) -> None:
        self._documents.delete(organization=organization, kind=kind, name=name, revision=number)
        self._bundles.drop_unreferenced()
