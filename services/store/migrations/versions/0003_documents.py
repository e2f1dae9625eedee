"""What the print rules say of a document, letters that were uploaded, patients who need large print."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("documents", sa.Column("layout", sa.JSON(none_as_null=True), nullable=True))
    op.add_column("letters", _flag("uploaded"))
    op.add_column("letters", sa.Column("window", sa.JSON(none_as_null=True), nullable=True))
    op.add_column(
        "letters", sa.Column("post_problem", sa.String(length=500), server_default="", nullable=False)
    )
    op.add_column("patients", _flag("large_print"))
    # Letters that wait are set anew, in the present form and with the print rules looked at.
    op.execute("UPDATE letters SET document_id = NULL WHERE status IN ('pending', 'failed')")


def downgrade() -> None:
    op.drop_column("patients", "large_print")
    op.drop_column("letters", "post_problem")
    op.drop_column("letters", "window")
    op.drop_column("letters", "uploaded")
    op.drop_column("documents", "layout")


def _flag(name: str) -> "sa.Column[bool]":
    return sa.Column(name, sa.Boolean(), server_default=sa.false(), nullable=False)
