"""Events are found by the change that brought them: the measures read what is new."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_events_sequence", "events", ["service_id", "sequence"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_events_sequence", table_name="events")
