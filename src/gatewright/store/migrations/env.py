"""Run by Alembic: migrations on the connection that `migrations.upgrade` hands over."""

from alembic import context

from gatewright.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,  # SQLite's DDL is transactional; Alembic does not count on it by itself
    render_as_batch=True,  # SQLite cannot alter most of a table
)
with context.begin_transaction():
    context.run_migrations()
