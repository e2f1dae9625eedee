"""The audit in the store. There is no statement here that changes or deletes an entry."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, func, or_, select, update

from services.domain.audit import Deed, Entry, Head, Sealed, head_of, seal_of
from services.ports.audit import Wanted
from services.store.audit_tables import audit, audit_heads
from services.store.work import Work

_AT_ONCE: Final = 1000
_DEEDS: Final = frozenset(Deed)
_HEAD: Final = (audit_heads.c.number, audit_heads.c.seal, audit_heads.c.own_seal)


class AuditRows:
    """The ports' Audit."""

    def __init__(self, work: Work, key: bytes) -> None:
        self._work = work
        self._key = key

    def append(self, entries: Sequence[Entry]) -> None:
        """Whoever writes to the service holds its counter's row, so that no two chains grow at once."""
        if not entries:
            return
        head = self.head()
        number, before = head.number, head.seal
        sealed = []
        for entry in entries:
            number += 1
            before = seal_of(self._key, before, number, entry)
            sealed.append(Sealed(number=number, entry=entry, seal=before))
        self._work.insert(audit, [_row(each) for each in sealed])
        self._end_at(head_of(self._key, sealed[-1]))

    def _end_at(self, head: Head) -> None:
        moved = update(audit_heads).where(self._work.in_service(audit_heads)).values(asdict(head))
        if self._work.connection.execute(moved).rowcount == 0:
            self._work.insert(audit_heads, [asdict(head)])

    def head(self) -> Head:
        found = select(*_HEAD).where(self._work.in_service(audit_heads))
        row = self._work.connection.execute(found).one_or_none()
        return Head(**row._mapping) if row else Head()

    def all(self) -> Iterator[Sealed]:
        after = 0
        while True:
            part = (
                select(audit)
                .where(self._work.in_service(audit), audit.c.number > after)
                .order_by(audit.c.number)
                .limit(_AT_ONCE)
            )
            rows = self._work.connection.execute(part).all()
            yield from map(_sealed, rows)
            if len(rows) < _AT_ONCE:
                return
            after = rows[-1].number

    def page(self, wanted: Wanted, offset: int, limit: int) -> list[Sealed]:
        found = select(audit).where(*self._where(wanted)).order_by(audit.c.number.desc())
        return [_sealed(row) for row in self._work.connection.execute(found.offset(offset).limit(limit))]

    def count(self, wanted: Wanted) -> int:
        counted = select(func.count()).select_from(audit).where(*self._where(wanted))
        return self._work.connection.scalar(counted) or 0

    def _where(self, wanted: Wanted) -> list[ColumnElement[bool]]:
        conditions = [self._work.in_service(audit)]
        if wanted.since:
            conditions.append(audit.c.at >= wanted.since)
        if wanted.until:
            conditions.append(audit.c.at < wanted.until)
        if wanted.user_id:
            conditions.append(audit.c.user_id == wanted.user_id)
        if wanted.deed:
            conditions.append(audit.c.deed == wanted.deed.value)
        if wanted.up_to is not None:
            conditions.append(audit.c.number <= wanted.up_to)
        if wanted.letter_ids is not None:
            of_patient = [audit.c.patient_id == wanted.patient_id] if wanted.patient_id else []
            conditions.append(or_(audit.c.letter_id.in_(wanted.letter_ids), *of_patient))
        return conditions


def _row(sealed: Sealed) -> dict[str, Any]:
    entry = sealed.entry
    return {
        "number": sealed.number,
        "at": entry.at,
        "deed": entry.deed.value,
        "user_id": entry.user_id,
        "letter_id": entry.letter_id,
        "patient_id": entry.patient_id,
        "details": dict(entry.details),
        "seal": sealed.seal,
    }


def _sealed(row: Row[Any]) -> Sealed:
    entry = Entry(
        at=row.at,
        deed=Deed(row.deed) if row.deed in _DEEDS else Deed.UNKNOWN,
        user_id=row.user_id,
        letter_id=row.letter_id,
        patient_id=row.patient_id,
        details=row.details,
    )
    return Sealed(number=row.number, entry=entry, seal=row.seal)
