"""Whose work a failed letter is, and a note on it."""

import sqlalchemy as sa
from alembic import op

from services.store.types import Id

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("letters", sa.Column("owner_id", Id, nullable=True))
    op.add_column("letters", sa.Column("work_note", sa.String(length=500), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("letters", "work_note")
    op.drop_column("letters", "owner_id")
