"""Tables of the patients' letter page: links, and the wrong answers that were given to them."""

from sqlalchemy import JSON, Column, Index, Integer, String, Table

from services.store.schema import in_service, metadata, text
from services.store.types import Id, UtcTime

patient_links = Table(
    "patient_links",
    metadata,
    Column("service_id", Id, primary_key=True),
    Column("token_hash", String(64), primary_key=True),
    Column("letter_id", Id, nullable=False),
    Column("attempt_id", Id, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
    Column("content", JSON(none_as_null=True)),
    Column("revoked_at", UtcTime),
    text("session_hash", 64),
    Column("session_until", UtcTime),
    in_service("attempt_id", to="attempts"),
    Index("uq_patient_links_attempt", "service_id", "attempt_id", unique=True),
)

wrong_answers = Table(
    "wrong_answers",
    metadata,
    Column("service_id", Id, primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("count", Integer, nullable=False),
    Column("last_at", UtcTime),
    Column("locked_until", UtcTime),
)
