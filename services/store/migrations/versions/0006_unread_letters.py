"""An index of the letters that patients have and have not viewed, for the header's count."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_UNREAD = sa.text("channel IN ('e') AND status IN ('accessed', 'delivered', 'sent') AND removed_at IS NULL")


def upgrade() -> None:
    op.create_index(
        "ix_letters_unread",
        "letters",
        ["service_id", "status_at", "created_by", "channel", "status", "removed_at"],
        unique=False,
        sqlite_where=_UNREAD,
        postgresql_where=_UNREAD,
    )


def downgrade() -> None:
    op.drop_index("ix_letters_unread", table_name="letters")
