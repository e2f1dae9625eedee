"""Tables of what records and templates said before."""

from sqlalchemy import Column, Index, Integer, Text

from services.store.schema import in_service, table, text
from services.store.types import Id, UtcTime

record_changes = table(
    "record_changes",
    Column("patient_id", Id, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("user_id", Id, nullable=False),
    text("field", 30),
    text("before", 1000),
    text("after", 1000),
    in_service("patient_id", to="patients"),
    Index("ix_record_changes_patient", "service_id", "patient_id", "at"),
)

template_versions = table(
    "template_versions",
    Column("template_id", Id, nullable=False),
    Column("number", Integer, nullable=False),
    Column("body", Text, nullable=False),
    text("user_id", 36),
    Column("at", UtcTime),
    in_service("template_id", to="templates"),
    Index("uq_template_versions_number", "service_id", "template_id", "number", unique=True),
)
