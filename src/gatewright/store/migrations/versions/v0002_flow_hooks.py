"""Flow hooks."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "flow_hooks",
        sa.Column("organization", sa.String(), nullable=False),
        sa.Column("environment", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization", "environment"],
            ["environments.organization", "environments.name"],
            name=op.f("fk_flow_hooks_environments"),
        ),
        sa.PrimaryKeyConstraint("organization", "environment", "name", name=op.f("pk_flow_hooks")),
    )


def downgrade() -> None:
    op.drop_table("flow_hooks")
