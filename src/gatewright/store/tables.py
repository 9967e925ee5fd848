"""The tables: the columns by which a record is found, and the record itself as JSON in `document`.

Lists and attributes stay inside the document; what is looked up, counted or must be unique is a column.
Nothing here is particular to one database.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
    }
)


def _text(name: str) -> Column[str]:
    return Column(name, String, nullable=False)


def _document() -> Column[str]:
    return Column("document", Text, nullable=False)


def _refers(
    columns: tuple[str, ...], table: str, to: tuple[str, ...], ondelete: str | None = None
) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(columns, [f"{table}.{column}" for column in to], ondelete=ondelete)


_ENVIRONMENT = ("organization", "environment")
_REVISION = ("organization", "kind", "name", "revision")

settings = Table("settings", metadata, Column("name", String, primary_key=True), Column("value", LargeBinary))

organizations = Table("organizations", metadata, Column("name", String, primary_key=True), _document())

environments = Table(
    "environments",
    metadata,
    _text("organization"),
    _text("name"),
    _document(),
    PrimaryKeyConstraint("organization", "name"),
    _refers(("organization",), "organizations", ("name",)),
)


def _in_environment(name: str) -> Table:
    return Table(
        name,
        metadata,
        _text("organization"),
        _text("environment"),
        _text("name"),
        _document(),
        PrimaryKeyConstraint("organization", "environment", "name"),
        _refers(_ENVIRONMENT, "environments", ("organization", "name")),
    )


virtual_hosts = _in_environment("virtual_hosts")
target_servers = _in_environment("target_servers")
flow_hooks = _in_environment("flow_hooks")

bundles = Table(
    "bundles",
    metadata,
    Column("hash", String, primary_key=True),
    Column("content", LargeBinary, nullable=False),
)

proxies = Table(
    "proxies",
    metadata,
    _text("organization"),
    _text("kind"),
    _text("name"),
    _document(),
    PrimaryKeyConstraint("organization", "kind", "name"),
    _refers(("organization",), "organizations", ("name",)),
)

revisions = Table(
    "revisions",
    metadata,
    _text("organization"),
    _text("kind"),
    _text("name"),
    Column("revision", Integer, nullable=False),
    _text("bundle_hash"),
    _document(),
    PrimaryKeyConstraint("organization", "kind", "name", "revision"),
    _refers(("organization", "kind", "name"), "proxies", ("organization", "kind", "name")),
    _refers(("bundle_hash",), "bundles", ("hash",)),
    Index(None, "bundle_hash"),
)

deployments = Table(
    "deployments",
    metadata,
    _text("organization"),
    _text("environment"),
    _text("kind"),
    _text("name"),
    Column("revision", Integer, nullable=False),
    _text("bundle_hash"),
    _document(),
    PrimaryKeyConstraint("organization", "environment", "kind", "name", "revision"),
    _refers(_ENVIRONMENT, "environments", ("organization", "name")),
    _refers(_REVISION, "revisions", _REVISION),
    _refers(("bundle_hash",), "bundles", ("hash",)),
    Index(None, "bundle_hash"),
)

deployment_addresses = Table(
    "deployment_addresses",
    metadata,
    _text("organization"),
    _text("environment"),
    _text("virtual_host"),
    _text("base_path"),
    _text("kind"),
    _text("name"),
    Column("revision", Integer, nullable=False),
    PrimaryKeyConstraint("organization", "environment", "virtual_host", "base_path"),
    _refers(
        ("organization", "environment", "kind", "name", "revision"),
        "deployments",
        ("organization", "environment", "kind", "name", "revision"),
        ondelete="CASCADE",
    ),
)

products = Table(
    "products",
    metadata,
    _text("organization"),
    _text("name"),
    _document(),
    PrimaryKeyConstraint("organization", "name"),
    _refers(("organization",), "organizations", ("name",)),
)

developers = Table(
    "developers",
    metadata,
    _text("organization"),
    _text("developer_id"),
    _text("email"),
    _document(),
    PrimaryKeyConstraint("organization", "developer_id"),
    UniqueConstraint("organization", "email"),
    _refers(("organization",), "organizations", ("name",)),
)

apps = Table(
    "apps",
    metadata,
    _text("organization"),
    _text("app_id"),
    _text("developer_id"),
    _text("name"),
    _document(),
    PrimaryKeyConstraint("organization", "app_id"),
    UniqueConstraint("organization", "developer_id", "name"),
    _refers(("organization", "developer_id"), "developers", ("organization", "developer_id")),
)

credentials = Table(
    "credentials",
    metadata,
    _text("organization"),
    _text("consumer_key"),
    _text("app_id"),
    Column("ordinal", Integer, nullable=False),
    Column("sealed_secret", LargeBinary, nullable=False),
    Column("secret_mac", LargeBinary, nullable=False),
    _document(),
    PrimaryKeyConstraint("organization", "consumer_key"),
    _refers(("organization", "app_id"), "apps", ("organization", "app_id"), ondelete="CASCADE"),
    Index(None, "app_id"),
)

credential_products = Table(
    "credential_products",
    metadata,
    _text("organization"),
    _text("consumer_key"),
    _text("product"),
    Column("ordinal", Integer, nullable=False),
    _text("status"),
    PrimaryKeyConstraint("organization", "consumer_key", "product"),
    _refers(
        ("organization", "consumer_key"), "credentials", ("organization", "consumer_key"), ondelete="CASCADE"
    ),
    _refers(("organization", "product"), "products", ("organization", "name")),
    Index(None, "product"),
)

tokens = Table(
    "tokens",
    metadata,
    _text("organization"),
    _text("hash"),
    Column("refresh_hash", String),
    _text("client_id"),
    _text("app_id"),
    _text("end_user"),
    Column("purge_at", BigInteger),
    _document(),
    PrimaryKeyConstraint("organization", "hash"),
    UniqueConstraint("refresh_hash"),
    Index(None, "purge_at"),
    Index(None, "app_id"),
)

maps = Table(
    "maps",
    metadata,
    _text("organization"),
    _text("scope"),
    _text("name"),
    Column("encrypted", Boolean, nullable=False),
    PrimaryKeyConstraint("organization", "scope", "name"),
    _refers(("organization",), "organizations", ("name",)),
)

map_entries = Table(
    "map_entries",
    metadata,
    _text("organization"),
    _text("scope"),
    _text("map"),
    _text("name"),
    Column("value", Text),
    Column("sealed_value", LargeBinary),
    PrimaryKeyConstraint("organization", "scope", "map", "name"),
    _refers(("organization", "scope", "map"), "maps", ("organization", "scope", "name"), ondelete="CASCADE"),
)

users = Table(
    "users",
    metadata,
    Column("email", String, primary_key=True),
    _text("password_hash"),
    _document(),
)

changes = Table(
    "changes",
    metadata,
    Column("version", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    _text("kind"),
    _text("organization"),
    _text("environment"),
    _text("name"),
    sqlite_autoincrement=True,  # a pruned version must never come again
)

workers = Table(
    "workers",
    metadata,
    Column("id", String, primary_key=True),
    _text("host"),
    Column("pid", Integer, nullable=False),
    _text("role"),
    Column("version", BigInteger, nullable=False),
    Column("started_at", BigInteger, nullable=False),
    Column("heartbeat_at", BigInteger, nullable=False),
)

worker_reports = Table(
    "worker_reports",
    metadata,
    _text("worker_id"),
    _text("organization"),
    _text("environment"),
    _text("kind"),
    _text("name"),
    Column("revision", Integer, nullable=False),
    _text("bundle_hash"),
    _text("state"),
    _text("error"),
    _text("error_code"),
    PrimaryKeyConstraint("worker_id", "organization", "environment", "kind", "name", "revision"),
    _refers(("worker_id",), "workers", ("id",), ondelete="CASCADE"),
)
