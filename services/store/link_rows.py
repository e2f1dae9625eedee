"""The patients' links in the store."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, select, update

from services.domain.letter_content import LetterContent
from services.domain.lockout import WrongAnswers
from services.domain.patient_link import PatientLink
from services.store.link_tables import patient_links, wrong_answers
from services.store.work import Work

_COLUMNS = [patient_links.c[field.name] for field in fields(PatientLink)]
_COUNTED = [wrong_answers.c[field.name] for field in fields(WrongAnswers)]
_DATES = ("letter_date", "date_of_birth")
_LINES = ("service_address", "recipient")


class LinkRows:
    """The ports' Links."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._here = work.in_service(patient_links)

    def add(self, links: Sequence[PatientLink]) -> None:
        self._work.insert(
            patient_links, [asdict(link) | {"content": _written(link.content)} for link in links]
        )

    def by_hash(self, token_hash: str) -> PatientLink | None:
        found = select(*_COLUMNS).where(self._here, patient_links.c.token_hash == token_hash)
        row = self._work.connection.execute(found).one_or_none()
        return _link_of(row) if row else None

    def of_attempts(self, attempt_ids: Collection[str]) -> dict[str, PatientLink]:
        found = select(*_COLUMNS).where(self._here, patient_links.c.attempt_id.in_(attempt_ids))
        return {row.attempt_id: _link_of(row) for row in self._work.connection.execute(found)}

    def open_session(self, token_hash: str, session_hash: str, until: datetime) -> None:
        opened = update(patient_links).where(self._here, patient_links.c.token_hash == token_hash)
        self._work.connection.execute(opened.values(session_hash=session_hash, session_until=until))

    def revoke(self, attempt_ids: Collection[str], at: datetime) -> None:
        theirs = update(patient_links).where(self._here, patient_links.c.attempt_id.in_(attempt_ids))
        self._work.connection.execute(theirs.values(revoked_at=at))

    def wrong_answers(self, counted: str) -> WrongAnswers:
        row = self._work.connection.execute(
            select(*_COUNTED).where(self._work.in_service(wrong_answers), wrong_answers.c.id == counted)
        ).one_or_none()
        return WrongAnswers(**row._mapping) if row else WrongAnswers()

    def count(self, counted: str, wrong: WrongAnswers) -> None:
        self._work.upsert(wrong_answers, [{"id": counted, **asdict(wrong)}])


def _link_of(row: Row[Any]) -> PatientLink:
    return PatientLink(**{**row._mapping, "content": _read(row.content)})


def _written(content: LetterContent | None) -> dict[str, Any] | None:
    if content is None:
        return None
    values = asdict(content)
    return values | {name: values[name].isoformat() for name in _DATES if values[name]}


def _read(values: dict[str, Any] | None) -> LetterContent | None:
    if values is None:
        return None
    dates = {name: date.fromisoformat(values[name]) for name in _DATES if values[name]}
    return LetterContent(**{**values, **dates, **{name: tuple(values[name]) for name in _LINES}})
