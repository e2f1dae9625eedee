"""Every table of the store; docs/adr/0002-store.md says why service_id leads every key and index."""

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    and_,
    false,
)

from services.domain.status import PENDING_GROUP, STATUSES
from services.domain.vocabulary import AttemptState, Badge
from services.store.schema import in_service, metadata, one_of, partial_index, table, text
from services.store.types import Id, UtcTime

RETURNED_LETTER = "returned-letter"
"""The code of the event by which a letter came back to its sender (docs/product.md section 5)."""

services = Table(
    "services",
    metadata,
    Column("service_id", Id, primary_key=True),
    text("name"),
    Column("address", JSON, nullable=False),
    text("telephone", 40),
    text("ods_code", 12),
    text("kind", 12),
    Column("origin", Id, nullable=False, default="", server_default=""),
    Column("logo", Text, nullable=False, default="", server_default=""),
)

change_counters = Table(
    "change_counters",
    metadata,
    Column("service_id", Id, primary_key=True),
    Column("value", Integer, nullable=False),
)

users = table(
    "users",
    text("username", 120),
    text("name"),
    text("role", 20),
    text("provider"),
    text("team"),
    text("consortium"),
    Column("active", Boolean, nullable=False),
    Column("preferences", JSON, nullable=False, default=dict),
    Index("uq_users_username", "service_id", "username", unique=True),
)

practices = table(
    "practices",
    text("ods_code", 12),
    text("name"),
    Column("address", JSON, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("gateway", String(30), nullable=False, default="", server_default=""),
    Index("uq_practices_ods_code", "service_id", "ods_code", unique=True),
)

patients = table(
    "patients",
    text("nhs_number", 10),
    text("surname"),
    text("forename"),
    Column("date_of_birth", Date),
    Column("address", JSON, nullable=False),
    text("mobile", 20),
    Column("sms_consent", Boolean, nullable=False),
    Column("deceased", Boolean, nullable=False),
    Column("opted_out", Boolean, nullable=False),
    Column("large_print", Boolean, nullable=False, default=False, server_default=false()),
    Column("practice_id", Id),
    in_service("practice_id", to="practices"),
    Column("change", Integer, nullable=False, default=0),
    Index("ix_patients_change", "service_id", "change"),
    Index("ix_patients_born", "service_id", "date_of_birth"),
    Index("uq_patients_nhs_number", "service_id", "nhs_number", unique=True),
)

templates = table(
    "templates",
    text("name"),
    text("category"),
    Column("channels", JSON, nullable=False),
    Column("dual_mode", Boolean, nullable=False, default=False, server_default=false()),
    Column("version", Integer, nullable=False, default=1, server_default="1"),
    Column("active", Boolean, nullable=False, default=True),
    Index("uq_templates_name", "service_id", "name", unique=True),
)

documents = table(
    "documents",
    Column("pdf", LargeBinary, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("page_count", Integer, nullable=False),
    text("made_from", 64),
    Column("layout", JSON(none_as_null=True)),
    Column("created_at", UtcTime, nullable=False),
)

letters = table(
    "letters",
    Column("reference", String(60), nullable=False),
    Column("channel", String(8), nullable=False),
    Column("status", String(24), nullable=False),
    Column("status_at", UtcTime, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    text("title"),
    Column("fields", JSON, nullable=False),
    Column("patient_id", Id, nullable=False),
    Column("template_id", Id, nullable=False),
    Column("template_version", Integer, nullable=False, default=1, server_default="1"),
    Column("pair", Id),
    Column("created_by", Id, nullable=False),
    Column("document_id", Id),
    Column("uploaded", Boolean, nullable=False, default=False, server_default=false()),
    Column("window", JSON(none_as_null=True)),
    Column("post_problem", String(500), nullable=False, default="", server_default=""),
    Column("attempt_id", Id),
    Column("in_doubt", Boolean, nullable=False, default=False),
    text("reason_code", 60),
    text("reason", 500),
    text("warning", 500),
    Column("closed_at", UtcTime),
    Column("closed_by", Id),
    text("closed_note", 1000),
    Column("owner_id", Id),
    Column("work_note", String(500), nullable=False, default="", server_default=""),
    Column("removed_at", UtcTime),
    Column("change", Integer, nullable=False),
    in_service("patient_id", to="patients"),
    in_service("template_id", to="templates"),
    in_service("created_by", to="users"),
    in_service("document_id", to="documents"),
    Index("uq_letters_reference", "service_id", "reference", unique=True),
    Index("ix_letters_change", "service_id", "change"),
    Index("ix_letters_patient", "service_id", "patient_id"),
)
letters.append_constraint(
    CheckConstraint(
        "channel || '.' || status IN ({})".format(", ".join(f"'{row.key}'" for row in STATUSES)),
        name="status",
    )
)

is_pending = and_(
    one_of(letters.c.status, [row.status for row in PENDING_GROUP]),
    letters.c.closed_at.is_(None),
    letters.c.removed_at.is_(None),
)
"""The Pending group of docs/product.md section 4, as the default view asks for it."""

is_on_its_way = and_(
    one_of(letters.c.status, [row.status for row in STATUSES if row.badge is Badge.ON_ITS_WAY]),
    letters.c.removed_at.is_(None),
)
"""Not known to have arrived: among these are the letters in doubt and the stuck ones."""

_unread = [row for row in STATUSES if row.unread]
is_unread = and_(
    one_of(letters.c.channel, [row.channel for row in _unread]),
    one_of(letters.c.status, [row.status for row in _unread]),
    letters.c.removed_at.is_(None),
)
"""The patient has a link and has not viewed the letter; all of one channel, so that no pair is too many."""

# All hold every column that the header's counts ask for: a planner then prefers them, and no row is read.
_newest_first = (letters.c.service_id, letters.c.created_at.desc(), letters.c.id.desc())
partial_index(
    "ix_letters_pending",
    is_pending,
    *_newest_first,
    *(letters.c[name] for name in ("created_by", "status", "closed_at", "removed_at")),
)
_watched = (
    *("service_id", "created_by", "channel", "status"),
    *("in_doubt", "status_at", "reason_code", "removed_at"),
)
partial_index("ix_letters_on_its_way", is_on_its_way, *(letters.c[name] for name in _watched))
_aging = ("service_id", "status_at", "created_by", "channel", "status", "removed_at")
partial_index("ix_letters_unread", is_unread, *(letters.c[name] for name in _aging))

partial_index("ix_letters_pair", letters.c.pair.is_not(None), letters.c.service_id, letters.c.pair)

attempts = table(
    "attempts",
    Column("letter_id", Id, nullable=False),
    Column("number", Integer, nullable=False),
    Column("channel", String(8), nullable=False),
    Column("gateway", String(30), nullable=False),
    Column("reference", String(60), nullable=False),
    Column("state", String(12), nullable=False),
    Column("document_id", Id, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("recipient", JSON, nullable=False),
    text("title"),
    Column("created_at", UtcTime, nullable=False),
    Column("tries", Integer, nullable=False, default=0),
    Column("due_at", UtcTime),
    Column("lease_owner", Id),
    Column("lease_until", UtcTime),
    Column("fence", Integer, nullable=False, default=0),
    text("provider_id", 120),
    Column("doubt_since", UtcTime),
    Column("accepted_at", UtcTime),
    Column("poll_at", UtcTime),
    text("last_code", 60),
    Column("unreachable_since", UtcTime),
    Column("handed_with", String(16), nullable=False, default="", server_default=""),
    CheckConstraint("state IN ({})".format(", ".join(f"'{state}'" for state in AttemptState)), name="state"),
    in_service("letter_id", to="letters"),
    in_service("document_id", to="documents"),
    Index("uq_attempts_reference", "service_id", "reference", unique=True),
    Index("uq_attempts_number", "service_id", "letter_id", "number", unique=True),
    Index("ix_attempts_due", "service_id", "state", "due_at"),
    Index("ix_attempts_poll", "service_id", "gateway", "poll_at"),
    Index("ix_attempts_provider_id", "service_id", "gateway", "provider_id"),
)

events = table(
    "events",
    Column("letter_id", Id, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("channel", String(8), nullable=False),
    Column("from_status", String(24)),
    Column("to_status", String(24)),
    Column("cause", String(20)),
    Column("user_id", Id),
    text("gateway", 30),
    Column("attempt_id", Id),
    text("reference", 120),
    text("code", 60),
    text("reason", 500),
    Column("applied", Boolean, nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("report_key", String(120)),
    Column("raw", JSON),
    in_service("letter_id", to="letters"),
    Index("ix_events_letter", "service_id", "letter_id", "sequence"),
    Index("ix_events_sequence", "service_id", "sequence"),
    Index("uq_events_report_key", "service_id", "report_key", unique=True),
)
is_return = one_of(events.c.code, [RETURNED_LETTER])
partial_index("ix_events_return", is_return, events.c.service_id, events.c.letter_id, events.c.at)

sessions = Table(
    "sessions",
    metadata,
    Column("service_id", Id, primary_key=True),
    Column("token_hash", String(64), primary_key=True),
    Column("user_id", Id, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("seen_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
    Column("revoked_at", UtcTime),
    in_service("user_id", to="users"),
)

prints = table(
    "prints",
    Column("user_id", Id, nullable=False),
    text("kind", 12),
    Column("document_id", Id, nullable=False),
    text("filename"),
    Column("letter_count", Integer, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("fetched_at", UtcTime),
    in_service("user_id", to="users"),
    in_service("document_id", to="documents"),
    Index("ix_prints_recent", "service_id", "user_id", "created_at"),
)

file_links = Table(
    "file_links",
    metadata,
    Column("service_id", Id, primary_key=True),
    Column("token_hash", String(64), primary_key=True),
    Column("user_id", Id, nullable=False),
    Column("session_hash", String(64), nullable=False),
    text("kind", 12),
    text("filename"),
    Column("payload", JSON, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
    Column("used_at", UtcTime),
    in_service("user_id", to="users"),
)
