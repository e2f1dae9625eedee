"""The append-only history in the store. There is no statement here that changes or deletes an event."""

from collections.abc import Collection, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, update

from services.domain.errors import LostRace
from services.domain.ids import new_id
from services.domain.letter import PRINTED_DOCUMENT, Event
from services.domain.vocabulary import Cause, Channel, Status
from services.ports.gateway import Report
from services.ports.letters import StrayReport
from services.store.people_rows import same
from services.store.running_tables import REFERENCE_LENGTH, stray_reports
from services.store.tables import events, users
from services.store.work import IDS, Work, chunks, of_service

_FIELDS = [field.name for field in fields(Event) if field.name != "user_name"]

_KNOWN_REPORTS = select(events.c.report_key).where(of_service(events), events.c.report_key.in_(IDS))


class EventRows:
    """The ports' Events."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def append(self, new: Sequence[Event]) -> None:
        change = self._work.next_change()  # waits for whoever is writing the same report at this moment
        if self.known_reports([event.report_key for event in new if event.report_key]):
            raise LostRace("This report was taken meanwhile.")
        self._work.insert(
            events, [{name: getattr(event, name) for name in _FIELDS} | {"sequence": change} for event in new]
        )

    def of_letter(self, letter_id: str) -> list[Event]:
        """Oldest first, in the order in which they were committed: clocks may be set back."""
        rows = self._work.connection.execute(
            select(*(events.c[name] for name in _FIELDS), users.c.name.label("user_name"))
            .outerjoin(users, same(events.c.user_id, users))
            .where(self._work.in_service(events), events.c.letter_id == letter_id)
            .order_by(events.c.sequence, events.c.id)
        )
        return [_event_of(row) for row in rows]

    def printed_documents(self, letter_ids: Collection[str]) -> dict[str, str]:
        return {
            letter_id: raw[PRINTED_DOCUMENT]
            for chunk in chunks(letter_ids)
            for letter_id, raw in self._work.connection.execute(
                select(events.c.letter_id, events.c.raw)
                .where(
                    self._work.in_service(events),
                    events.c.letter_id.in_(chunk),
                    events.c.to_status == Status.PRINTED,
                )
                .order_by(events.c.sequence, events.c.id)
            )
            if raw and PRINTED_DOCUMENT in raw
        }

    def known_reports(self, keys: Collection[str]) -> set[str]:
        return {row.report_key for row in self._work.rows(_KNOWN_REPORTS, [key for key in keys if key])}

    def set_aside(self, report: Report, at: datetime) -> None:
        row = {
            "id": new_id(),
            "at": at,
            "gateway": report.gateway,
            "provider_id": report.provider_id[:REFERENCE_LENGTH],
            "reference": report.reference[:REFERENCE_LENGTH],
            "code": report.code,
            "raw": dict(report.raw),
        }
        self._work.insert(stray_reports, [row])

    def strays(self, limit: int) -> list[StrayReport]:
        rows = self._work.connection.execute(
            select(*(stray_reports.c[field.name] for field in fields(StrayReport)))
            .where(self._work.in_service(stray_reports), stray_reports.c.settled_at.is_(None))
            .order_by(stray_reports.c.at)
            .limit(limit)
        )
        return [StrayReport(**row._mapping) for row in rows]

    def settle_stray(self, stray_id: str, *, by: str, at: datetime) -> None:
        here = (self._work.in_service(stray_reports), stray_reports.c.id == stray_id)
        open_ones = update(stray_reports).where(*here, stray_reports.c.settled_at.is_(None))
        self._work.connection.execute(open_ones.values(settled_by=by, settled_at=at))


def _event_of(row: Row[*tuple[Any, ...]]) -> Event:
    values: dict[str, Any] = {name: getattr(row, name) for name in _FIELDS}
    return Event(
        **values
        | {
            "channel": Channel(row.channel),
            "from_status": Status(row.from_status) if row.from_status else None,
            "to_status": Status(row.to_status) if row.to_status else None,
            "cause": Cause(row.cause) if row.cause else None,
            "user_name": row.user_name or "",
        }
    )
