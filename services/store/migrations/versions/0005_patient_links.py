"""The patients' links, and the wrong answers that were given to them."""

import sqlalchemy as sa
from alembic import op

from services.store.types import Id, UtcTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "patient_links",
        sa.Column("service_id", Id, nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("letter_id", Id, nullable=False),
        sa.Column("attempt_id", Id, nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("expires_at", UtcTime(), nullable=False),
        sa.Column("content", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("revoked_at", UtcTime(), nullable=True),
        sa.Column("session_hash", sa.String(length=64), nullable=False),
        sa.Column("session_until", UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["service_id", "attempt_id"],
            ["attempts.service_id", "attempts.id"],
            name=op.f("fk_patient_links_service_id_attempt_id"),
        ),
        sa.PrimaryKeyConstraint("service_id", "token_hash", name=op.f("pk_patient_links")),
    )
    op.create_index("uq_patient_links_attempt", "patient_links", ["service_id", "attempt_id"], unique=True)
    op.create_table(
        "wrong_answers",
        sa.Column("service_id", Id, nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("last_at", UtcTime(), nullable=True),
        sa.Column("locked_until", UtcTime(), nullable=True),
        sa.PrimaryKeyConstraint("service_id", "id", name=op.f("pk_wrong_answers")),
    )


def downgrade() -> None:
    op.drop_table("wrong_answers")
    op.drop_index("uq_patient_links_attempt", table_name="patient_links")
    op.drop_table("patient_links")
