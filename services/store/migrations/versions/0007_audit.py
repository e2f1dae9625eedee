"""The audit, and where its chain ends."""

import sqlalchemy as sa
from alembic import op

from services.store.types import Id, UtcTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("service_id", Id, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("deed", sa.String(length=20), nullable=False),
        sa.Column("user_id", Id, nullable=False),
        sa.Column("letter_id", Id, nullable=False),
        sa.Column("patient_id", Id, nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("seal", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("service_id", "number", name=op.f("pk_audit")),
    )
    op.create_index("ix_audit_at", "audit", ["service_id", "at"], unique=False)
    op.create_index("ix_audit_letter", "audit", ["service_id", "letter_id", "number"], unique=False)
    op.create_index("ix_audit_patient", "audit", ["service_id", "patient_id", "number"], unique=False)
    op.create_index("ix_audit_user", "audit", ["service_id", "user_id", "number"], unique=False)
    op.create_table(
        "audit_heads",
        sa.Column("service_id", Id, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("seal", sa.String(length=64), nullable=False),
        sa.Column("own_seal", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("service_id", name=op.f("pk_audit_heads")),
    )


def downgrade() -> None:
    op.drop_table("audit_heads")
    op.drop_index("ix_audit_user", table_name="audit")
    op.drop_index("ix_audit_patient", table_name="audit")
    op.drop_index("ix_audit_letter", table_name="audit")
    op.drop_index("ix_audit_at", table_name="audit")
    op.drop_table("audit")
