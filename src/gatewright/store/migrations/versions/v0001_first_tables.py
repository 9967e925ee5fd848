"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "bundles",
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_bundles")),
    )
    op.create_table(
        "changes",
        sa.Column(
            "version",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("organization", sa.String(), nullable=False),
        sa.Column("environment", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_changes")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "organizations",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_organizations")),
    )
    op.create_table(
        "settings",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_settings")),
    )
    op.create_table(
        "tokens",
        sa.Column("organization", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("refresh_hash", sa.String(), nullable=True),
        sa.Column("client_id", sa.String(), nullable=False),
        sa.Column("app_id", sa.String(), nullable=False),
        sa.Column("end_user", sa.String(), nullable=False),
        sa.Column("purge_at", sa.BigInteger(), nullable=True),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("organization", "hash", name=op.f("pk_tokens")),
        sa.UniqueConstraint("refresh_hash", name=op.f("uq_tokens_refresh_hash")),
    )
    op.create_index(op.f("ix_tokens_app_id"), "tokens", ["app_id"], unique=False)
    op.create_index(op.f("ix_tokens_purge_at"), "tokens", ["purge_at"], unique=False)
    op.create_table(
        "users",
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("email", name=op.f("pk_users")),
    )
    op.create_table(
        "workers",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("heartbeat_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workers")),
    )
    op.create_table(
        "developers",
        sa.Column("organization", sa.String(), nullable=False),
        sa.Column("developer_id", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization"], ["organizations.name"], name=op.f("fk_developers_organizations")
        ),
        sa.PrimaryKeyConstraint("organization", "developer_id", name=op.f("pk_developers")),
        sa.UniqueConstraint("organization", "email", name=op.f("uq_developers_organization")),
    )
    op.create_table(
        "environments",
        sa.Column("organization", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization"], ["organizations.name"], name=op.f("fk_environments_organizations")
        ),
        sa.PrimaryKeyConstraint("organization", "name", name=op.f("pk_environments")),
    )
    op.create_table(
        "maps",
        sa.Column("organization", sa.String(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("encrypted", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["organization"], ["organizations.name"], name=op.f("fk_maps_organizations")),
        sa.PrimaryKeyConstraint("organization", "scope", "name", name=op.f("pk_maps")),
    )
    op.create_table(
        "products",
        sa.Column("organization", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization"], ["organizations.name"], name=op.f("fk_products_organizations")
        ),
        sa.PrimaryKeyConstraint("organization", "name", name=op.f("pk_products")),
    )
    op.create_table(
        "proxies",
        sa.Column("organization", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization"], ["organizations.name"], name=op.f("fk_proxies_organizations")
        ),
        sa.PrimaryKeyConstraint("organization", "kind", "name", name=op.f("pk_proxies")),
    )
    op.create_table(
        "worker_reports",
        sa.Column("worker_id", sa.String(), nullable=False),
        sa.Column("organization", sa.String(), nullable=False),
        sa.Column("environment", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("bundle_hash", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("error", sa.String(), nullable=False),
        sa.Column("error_code", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["worker_id"], ["workers.id"], name=op.f("fk_worker_reports_workers"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint(
            "worker_id",
            "organization",
            "environment",
            "kind",
            "name",
            "revision",
            name=op.f("pk_worker_reports"),
        ),
    )
    op.create_table(
        "apps",
        sa.Column("organization", sa.String(), nullable=False),
        sa.Column("app_id", sa.String(), nullable=False),
        sa.Column("developer_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization", "developer_id"],
            ["developers.organization", "developers.developer_id"],
            name=op.f("fk_apps_developers"),
        ),
        sa.PrimaryKeyConstraint("organization", "app_id", name=op.f("pk_apps")),
        sa.UniqueConstraint("organization", "developer_id", "name", name=op.f("uq_apps_organization")),
    )
    op.create_table(
        "map_entries",
        sa.Column("organization", sa.String(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("map", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("sealed_value", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization", "scope", "map"],
            ["maps.organization", "maps.scope", "maps.name"],
            name=op.f("fk_map_entries_maps"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("organization", "scope", "map", "name", name=op.f("pk_map_entries")),
    )
    op.create_table(
        "revisions",
        sa.Column("organization", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("bundle_hash", sa.String(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["bundle_hash"], ["bundles.hash"], name=op.f("fk_revisions_bundles")),
        sa.ForeignKeyConstraint(
            ["organization", "kind", "name"],
            ["proxies.organization", "proxies.kind", "proxies.name"],
            name=op.f("fk_revisions_proxies"),
        ),
        sa.PrimaryKeyConstraint("organization", "kind", "name", "revision", name=op.f("pk_revisions")),
    )
    op.create_index(op.f("ix_revisions_bundle_hash"), "revisions", ["bundle_hash"], unique=False)
    op.create_table(
        "target_servers",
        sa.Column("organization", sa.String(), nullable=False),
        sa.Column("environment", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization", "environment"],
            ["environments.organization", "environments.name"],
            name=op.f("fk_target_servers_environments"),
        ),
        sa.PrimaryKeyConstraint("organization", "environment", "name", name=op.f("pk_target_servers")),
    )
    op.create_table(
        "virtual_hosts",
        sa.Column("organization", sa.String(), nullable=False),
        sa.Column("environment", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization", "environment"],
            ["environments.organization", "environments.name"],
            name=op.f("fk_virtual_hosts_environments"),
        ),
        sa.PrimaryKeyConstraint("organization", "environment", "name", name=op.f("pk_virtual_hosts")),
    )
    op.create_table(
        "credentials",
        sa.Column("organization", sa.String(), nullable=False),
        sa.Column("consumer_key", sa.String(), nullable=False),
        sa.Column("app_id", sa.String(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("sealed_secret", sa.LargeBinary(), nullable=False),
        sa.Column("secret_mac", sa.LargeBinary(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization", "app_id"],
            ["apps.organization", "apps.app_id"],
            name=op.f("fk_credentials_apps"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("organization", "consumer_key", name=op.f("pk_credentials")),
    )
    op.create_index(op.f("ix_credentials_app_id"), "credentials", ["app_id"], unique=False)
    op.create_table(
        "deployments",
        sa.Column("organization", sa.String(), nullable=False),
        sa.Column("environment", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("bundle_hash", sa.String(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["bundle_hash"], ["bundles.hash"], name=op.f("fk_deployments_bundles")),
        sa.ForeignKeyConstraint(
            ["organization", "environment"],
            ["environments.organization", "environments.name"],
            name=op.f("fk_deployments_environments"),
        ),
        sa.ForeignKeyConstraint(
            ["organization", "kind", "name", "revision"],
            ["revisions.organization", "revisions.kind", "revisions.name", "revisions.revision"],
            name=op.f("fk_deployments_revisions"),
        ),
        sa.PrimaryKeyConstraint(
            "organization", "environment", "kind", "name", "revision", name=op.f("pk_deployments")
        ),
    )
    op.create_index(op.f("ix_deployments_bundle_hash"), "deployments", ["bundle_hash"], unique=False)
    op.create_table(
        "credential_products",
        sa.Column("organization", sa.String(), nullable=False),
        sa.Column("consumer_key", sa.String(), nullable=False),
        sa.Column("product", sa.String(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization", "consumer_key"],
            ["credentials.organization", "credentials.consumer_key"],
            name=op.f("fk_credential_products_credentials"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organization", "product"],
            ["products.organization", "products.name"],
            name=op.f("fk_credential_products_products"),
        ),
        sa.PrimaryKeyConstraint(
            "organization", "consumer_key", "product", name=op.f("pk_credential_products")
        ),
    )
    op.create_index(op.f("ix_credential_products_product"), "credential_products", ["product"], unique=False)
    op.create_table(
        "deployment_addresses",
        sa.Column("organization", sa.String(), nullable=False),
        sa.Column("environment", sa.String(), nullable=False),
        sa.Column("virtual_host", sa.String(), nullable=False),
        sa.Column("base_path", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization", "environment", "kind", "name", "revision"],
            [
                "deployments.organization",
                "deployments.environment",
                "deployments.kind",
                "deployments.name",
                "deployments.revision",
            ],
            name=op.f("fk_deployment_addresses_deployments"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "organization", "environment", "virtual_host", "base_path", name=op.f("pk_deployment_addresses")
        ),
    )


def downgrade() -> None:
    op.drop_table("deployment_addresses")
    op.drop_index(op.f("ix_credential_products_product"), table_name="credential_products")
    op.drop_table("credential_products")
    op.drop_index(op.f("ix_deployments_bundle_hash"), table_name="deployments")
    op.drop_table("deployments")
    op.drop_index(op.f("ix_credentials_app_id"), table_name="credentials")
    op.drop_table("credentials")
    op.drop_table("virtual_hosts")
    op.drop_table("target_servers")
    op.drop_index(op.f("ix_revisions_bundle_hash"), table_name="revisions")
    op.drop_table("revisions")
    op.drop_table("map_entries")
    op.drop_table("apps")
    op.drop_table("worker_reports")
    op.drop_table("proxies")
    op.drop_table("products")
    op.drop_table("maps")
    op.drop_table("environments")
    op.drop_table("developers")
    op.drop_table("workers")
    op.drop_table("users")
    op.drop_index(op.f("ix_tokens_purge_at"), table_name="tokens")
    op.drop_index(op.f("ix_tokens_app_id"), table_name="tokens")
    op.drop_table("tokens")
    op.drop_table("settings")
    op.drop_table("organizations")
    op.drop_table("changes")
    op.drop_table("bundles")
