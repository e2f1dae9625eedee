"""Since when a delivery provider could not be reached for an attempt."""

import sqlalchemy as sa
from alembic import op

from services.store.types import UtcTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("attempts", sa.Column("unreachable_since", UtcTime(), nullable=True))


def downgrade() -> None:
    op.drop_column("attempts", "unreachable_since")
