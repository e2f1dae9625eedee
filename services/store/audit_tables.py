"""Tables of the audit (services/domain/audit.py)."""

from sqlalchemy import JSON, Column, Index, Integer, String, Table

from services.store.schema import metadata
from services.store.types import Id, UtcTime

audit = Table(
    "audit",
    metadata,
    Column("service_id", Id, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", UtcTime, nullable=False),
    Column("deed", String(20), nullable=False),
    Column("user_id", Id, nullable=False),
    Column("letter_id", Id, nullable=False),
    Column("patient_id", Id, nullable=False),
    Column("details", JSON, nullable=False),
    Column("seal", String(64), nullable=False),
    Index("ix_audit_at", "service_id", "at"),
    Index("ix_audit_letter", "service_id", "letter_id", "number"),
    Index("ix_audit_patient", "service_id", "patient_id", "number"),
    Index("ix_audit_user", "service_id", "user_id", "number"),
)

audit_heads = Table(
    "audit_heads",
    metadata,
    Column("service_id", Id, primary_key=True),
    Column("number", Integer, nullable=False),
    Column("seal", String(64), nullable=False),
    Column("own_seal", String(64), nullable=False),
)
