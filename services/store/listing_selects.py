"""The listing's questions to the database, as statements that say the same on SQLite and on PostgreSQL."""

import json
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    JSON,
    ColumnElement,
    Integer,
    Select,
    String,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal,
    not_,
    or_,
    select,
)

from services.domain.status import STATUSES
from services.domain.vocabulary import NOTHING_MORE, Status
from services.store.people_rows import same
from services.store.schema import one_of
from services.store.tables import (
    attempts,
    events,
    is_on_its_way,
    is_pending,
    is_return,
    is_unread,
    letters,
    patients,
    practices,
    templates,
    users,
)
from services.store.types import UtcTime

RECORD: Final = ("surname", "forename", "date_of_birth", "address", "mobile", "sms_consent")
"""What a patient's letters need of the record, whichever way they go."""

_is_current: Final = same(letters.c.attempt_id, attempts)
_is_sent: Final = one_of(letters.c.status, [row.status for row in STATUSES if row.awaited])
_is_quiet: Final = letters.c.reason_code == NOTHING_MORE
_WATCHED: Final = sorted({row.channel for row in STATUSES if row.awaited})
SENT_BEFORE: Final = {channel: f"{channel}_sent_before" for channel in _WATCHED}
"""The parameters of the moments before which what was sent by a channel is stuck."""
_is_stuck: Final = and_(
    _is_sent,
    or_(
        *(
            and_(letters.c.channel == channel.value, letters.c.status_at < bindparam(name, type_=UtcTime))
            for channel, name in SENT_BEFORE.items()
        )
    ),
    not_(_is_quiet),
)


def in_scope(own: bool) -> ColumnElement[bool]:
    """The condition that every question about letters begins with (parameters service_id, created_by)."""
    mine = [letters.c.created_by == bindparam("created_by")] if own else []
    return and_(letters.c.service_id == bindparam("service_id"), *mine)


@cache
def _page_rows(own: bool) -> Select[Any]:
    """Everything that a row of the table shows, of letters in the batch."""
    return (
        select(
            *(letters.c[name] for name in _LETTER_FIELDS),
            letters.c.document_id.is_not(None).label("has_document"),
            letters.c.closed_at.is_not(None).label("closed"),
            func.coalesce(attempts.c.number, 0).label("attempts"),
            *(patients.c[name] for name in ("deceased", "opted_out", *RECORD)),
            func.coalesce(practices.c.name, "").label("practice_name"),
            func.coalesce(practices.c.ods_code, "").label("practice_ods"),
            practices.c.active.label("practice_active"),
            templates.c.name.label("template"),
            users.c.id.label("created_by_id"),
            users.c.name.label("created_by_name"),
            *(users.c[name] for name in ("provider", "team", "consortium")),
        )
        .select_from(letters)
        .join(patients, same(letters.c.patient_id, patients))
        .outerjoin(practices, same(patients.c.practice_id, practices))
        .join(templates, same(letters.c.template_id, templates))
        .join(users, same(letters.c.created_by, users))
        .outerjoin(attempts, _is_current)
        .where(in_scope(own), letters.c.removed_at.is_(None))
    )


@cache
def chosen_rows(own: bool) -> Select[Any]:
    """Rows of the letters whose ids are the parameter `ids`."""
    return _page_rows(own).where(letters.c.id.in_(bindparam("ids", expanding=True)))


@cache
def pending_rows(own: bool) -> Select[Any]:
    """Rows of the Pending group, newest first (parameters offset, limit)."""
    newest_first = (letters.c.created_at.desc(), letters.c.id.desc())
    page = _page_rows(own).where(is_pending).order_by(*newest_first)
    return page.offset(bindparam("offset", type_=Integer)).limit(bindparam("limit", type_=Integer))


@cache
def pending_total(own: bool) -> Select[int]:
    """How many letters are in the Pending group."""
    return select(func.count()).where(in_scope(own), is_pending)


@cache
def pending_counts(own: bool) -> Select[int, int]:
    """How many letters are in the Pending group, and how many of these failed."""
    failed = func.count().filter(letters.c.status == Status.FAILED.value)
    return select(func.count(), failed).where(in_scope(own), is_pending)


@cache
def watched_counts(own: bool) -> Select[int, int]:
    """How many letters are in doubt, and how many stuck: sent before their channel's SENT_BEFORE."""
    in_doubt = func.count().filter(letters.c.in_doubt)
    return select(in_doubt, func.count().filter(_is_stuck)).where(in_scope(own), is_on_its_way)


@cache
def unviewed_count(own: bool) -> Select[int]:
    """How many letters were with the patient before the parameter `unread_before`, and are unread."""
    late = letters.c.status_at < bindparam("unread_before", type_=UtcTime)
    return select(func.count()).where(in_scope(own), is_unread, late)


_LETTER_FIELDS: Final = (
    "id",
    "reference",
    "channel",
    "status",
    "status_at",
    "created_at",
    "patient_id",
    "title",
    "in_doubt",
    "reason_code",
    "reason",
    "warning",
    "post_problem",
)


def letters_since(service_id: str, change: int) -> Select[Any]:
    """For the snapshot; flags as numbers, since SQLite has no others."""
    first = letters.c.removed_at.is_(None) if change == 0 else letters.c.change > change
    return (
        select(
            letters.c.id,
            (letters.c.channel + literal(".") + letters.c.status).label("state"),
            letters.c.created_at.label("created"),
            letters.c.status_at,
            letters.c.created_by.label("user"),
            letters.c.patient_id.label("patient"),
            letters.c.template_id.label("template"),
            letters.c.title,
            flag(letters.c.closed_at.is_not(None), "closed"),
            flag(letters.c.in_doubt, "in_doubt"),
            flag(_is_quiet, "quiet"),
            flag(letters.c.removed_at.is_not(None), "removed"),
        )
        .select_from(letters)
        .where(letters.c.service_id == service_id, first)
    )


def patients_since(service_id: str, change: int) -> Select[Any]:
    later = [patients.c.change > change] if change else []
    return select(
        *(patients.c[name] for name in ("id", "surname", "forename")),
        func.coalesce(patients.c.practice_id, "").label("practice"),
    ).where(patients.c.service_id == service_id, *later)


def details(service_id: str, ids: list[str], dialect: str) -> Select[Any]:
    """What only the CSV needs, of letters in the batch. The ids travel as one parameter, however many."""
    texts = json.dumps(ids)
    if dialect == "postgresql":
        asked = func.json_array_elements_text(cast(literal(texts), JSON())).table_valued("value")
    else:
        asked = func.json_each(literal(texts, String())).table_valued("value")
    returns = _last_returns(service_id)
    return (
        select(
            letters.c.id,
            letters.c.reference,
            patients.c.nhs_number,
            letters.c.reason_code,
            letters.c.reason,
            func.coalesce(attempts.c.gateway, "").label("gateway"),
            func.coalesce(attempts.c.provider_id, "").label("provider_id"),
            flag(returns.c.letter_id.is_not(None), "returned"),
            func.coalesce(returns.c.at, letters.c.created_at).label("returned_at"),
            func.coalesce(returns.c.reason, "").label("returned_reason"),
        )
        .select_from(letters)
        .join(patients, same(letters.c.patient_id, patients))
        .outerjoin(attempts, _is_current)
        .outerjoin(returns, and_(returns.c.letter_id == letters.c.id, returns.c.place == 1))
        .where(
            letters.c.service_id == service_id,
            letters.c.removed_at.is_(None),
            letters.c.id.in_(select(asked.c.value)),
        )
    )


def _last_returns(service_id: str) -> Any:
    """Letters that the post gave back; place 1 is the last time."""
    newest = func.row_number().over(partition_by=events.c.letter_id, order_by=events.c.at.desc())
    return (
        select(events.c.letter_id, events.c.at, events.c.reason, newest.label("place"))
        .where(events.c.service_id == service_id, is_return)
        .subquery()
    )


def flag(condition: ColumnElement[bool], name: str) -> ColumnElement[int]:
    """A condition as a number: SQLite has no others."""
    return case((or_(condition), 1), else_=0).label(name)
