"""Tables of what keeps the processes going: settings, heartbeats, how providers stand, stray reports."""

from sqlalchemy import JSON, Column, Integer, String, Table

from services.store.schema import metadata, table, text
from services.store.types import Id, UtcTime

REFERENCE_LENGTH = 120
stray_reports = table(
    "stray_reports",
    Column("at", UtcTime, nullable=False),
    text("gateway", 30),
    text("provider_id", 120),
    text("reference", REFERENCE_LENGTH),
    text("code", 60),
    Column("raw", JSON),
    Column("settled_at", UtcTime),
    Column("settled_by", Id),
)

settings = Table(
    "settings",
    metadata,
    Column("service_id", Id, primary_key=True),
    Column("key", String(60), primary_key=True),
    Column("value", JSON, nullable=False),
    Column("changed_at", UtcTime, nullable=False),
    Column("changed_by", Id),
)

workers = table(
    "workers",
    Column("beat_at", UtcTime, nullable=False),
    Column("facts", JSON, nullable=False),
)

gateway_states = table(
    "gateway_states",
    Column("failures", Integer, nullable=False),
    Column("opened_at", UtcTime),
    Column("rest_until", UtcTime),
    Column("probe_until", UtcTime),
    text("code", 60),
    text("reason", 500),
    Column("answered_at", UtcTime),
)

call_slots = table("call_slots", Column("next_at", UtcTime, nullable=False))
