"""What patients' records said before they were corrected; patients are found by their date of birth."""

import sqlalchemy as sa
from alembic import op

from services.store.types import Id, UtcTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "record_changes",
        sa.Column("service_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("patient_id", Id, nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("user_id", Id, nullable=False),
        sa.Column("field", sa.String(length=30), nullable=False),
        sa.Column("before", sa.String(length=1000), nullable=False),
        sa.Column("after", sa.String(length=1000), nullable=False),
        sa.ForeignKeyConstraint(
            ["service_id", "patient_id"],
            ["patients.service_id", "patients.id"],
            name=op.f("fk_record_changes_service_id_patient_id"),
        ),
        sa.PrimaryKeyConstraint("service_id", "id", name=op.f("pk_record_changes")),
    )
    op.create_index(
        "ix_record_changes_patient", "record_changes", ["service_id", "patient_id", "at"], unique=False
    )
    op.create_index("ix_patients_born", "patients", ["service_id", "date_of_birth"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_patients_born", table_name="patients")
    op.drop_index("ix_record_changes_patient", table_name="record_changes")
    op.drop_table("record_changes")
