"""Alembic's entry: migrations run on the connection that services/store/migrate.py hands over."""

from alembic import context

from services.store.running_tables import settings

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=settings.metadata,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
