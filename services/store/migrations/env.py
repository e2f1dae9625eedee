"""Alembic's entry: migrations run on the connection that services/store/migrate.py hands over."""

from alembic import context

from services.store.tables import letters

context.configure(
    connection=context.config.attributes["connection"], target_metadata=letters.metadata, render_as_batch=True
)
with context.begin_transaction():
    context.run_migrations()
