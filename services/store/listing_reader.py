"""The store's side of the listing: services.listing.reader over SQL."""

from collections.abc import Callable, Collection, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

import pyarrow as pa
from sqlalchemy import Connection, Engine, Row, Select, Table, select

from services.domain.letter import Patient, Practice
from services.domain.overdue import Limits
from services.domain.recipient import missing
from services.domain.status import BY_KEY
from services.domain.vocabulary import Channel
from services.listing import reader
from services.listing.names import listed_name
from services.listing.rows import ListingPage, ListingRow, page_number
from services.ports.letters import Scope
from services.store import listing_selects as selects
from services.store.arrow import read_arrow
from services.store.engine import READ_ONLY
from services.store.tables import change_counters, practices, templates, users

_Statement = Callable[[bool], Select[*tuple[Any, ...]]]
"""A question to the database; True asks it about the user's own letters."""

_Rows = Sequence[Row[*tuple[Any, ...]]]


class SqlListingReader:
    """The ListingReader of one database. Each call is a transaction of its own, and only reads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine.execution_options(**READ_ONLY)

    def change(self, service_id: str) -> int:
        with self._engine.connect() as connection:
            return _change(connection, service_id)

    def letters_since(self, service_id: str, change: int) -> pa.Table:
        return read_arrow(
            self._engine, selects.letters_since(service_id, change), reader.LETTERS, much=change == 0
        )

    def patients_since(self, service_id: str, change: int) -> pa.Table:
        return read_arrow(
            self._engine, selects.patients_since(service_id, change), reader.PATIENTS, much=change == 0
        )

    def users(self, service_id: str) -> pa.Table:
        return self._whole(users, service_id, reader.USERS)

    def practices(self, service_id: str) -> pa.Table:
        return self._whole(practices, service_id, reader.PRACTICES)

    def templates(self, service_id: str) -> pa.Table:
        return self._whole(templates, service_id, reader.TEMPLATES)

    def rows(self, service_id: str, scope: Scope, ids: Collection[str]) -> list[ListingRow]:
        with self._engine.connect() as connection:
            rows = _ask(connection, selects.chosen_rows, service_id, scope, ids=list(ids))
        found = {row.id: row for row in _listing_rows(rows)}
        return [found[letter_id] for letter_id in ids if letter_id in found]

    def pending_page(self, service_id: str, scope: Scope, page: int, size: int) -> ListingPage:
        with self._engine.connect() as connection:
            change = _change(connection, service_id)
            ((total,),) = _ask(connection, selects.pending_total, service_id, scope)
            number, count = page_number(page, total, size)
            part = {"offset": (number - 1) * size, "limit": size}
            rows = _ask(connection, selects.pending_rows, service_id, scope, **part)
        return ListingPage(
            rows=_listing_rows(rows), total=total, page=number, page_count=count, change=change
        )

    def counts(self, service_id: str, scope: Scope, limits: Limits) -> tuple[int, int, int, int, int]:
        sent = {name: limits.sent[channel] for channel, name in selects.SENT_BEFORE.items()}
        with self._engine.connect() as connection:
            ((pending, failed),) = _ask(connection, selects.pending_counts, service_id, scope)
            ((in_doubt, stuck),) = _ask(connection, selects.watched_counts, service_id, scope, **sent)
            ((unviewed,),) = _ask(
                connection, selects.unviewed_count, service_id, scope, unread_before=limits.unread
            )
        return pending, failed, in_doubt, stuck, unviewed

    def details(self, service_id: str, ids: pa.Array) -> pa.Table:
        statement = selects.details(service_id, ids.to_pylist(), self._engine.dialect.name)
        return read_arrow(self._engine, statement, reader.DETAILS, much=True)

    def _whole(self, table: Table, service_id: str, schema: pa.Schema) -> pa.Table:
        statement = select(*(table.c[name] for name in schema.names)).where(table.c.service_id == service_id)
        return read_arrow(self._engine, statement, schema, much=False)


def _change(connection: Connection, service_id: str) -> int:
    counter = change_counters.c
    return connection.scalar(select(counter.value).where(counter.service_id == service_id)) or 0


def _ask(connection: Connection, statement: _Statement, service_id: str, scope: Scope, **more: Any) -> _Rows:
    own = {} if scope.created_by is None else {"created_by": scope.created_by}
    return connection.execute(statement(bool(own)), {"service_id": service_id, **own, **more}).all()


def _listing_rows(rows: _Rows) -> list[ListingRow]:
    """Done a hundred times a page: so names are looked up once and a status in one step."""
    names = rows[0]._fields if rows else ()
    return [_listing_row(dict(zip(names, row, strict=True))) for row in rows]


def _listing_row(values: dict[str, Any]) -> ListingRow:
    kind = BY_KEY[f"{values.pop('channel')}.{values.pop('status')}"]
    surname, forename, born, address, mobile, consents = (values.pop(name) for name in selects.RECORD)
    active = values.pop("practice_active")
    lacks: tuple[str, ...] = ()
    if kind.pending_group:
        practice = (values["practice_ods"], active)
        lacks = _lacks(kind.channel, practice, surname, forename, born, tuple(address), mobile, consents)
    name = listed_name(surname, forename)
    return ListingRow(channel=kind.channel, status=kind.status, patient_name=name, lacks=lacks, **values)


@lru_cache(maxsize=4096)  # a list says it of the same records each time it is shown
def _lacks(
    channel: Channel,
    practice: tuple[str, bool],
    surname: str,
    forename: str,
    date_of_birth: date | None,
    address: tuple[str, ...],
    mobile: str,
    sms_consent: bool,
) -> tuple[str, ...]:
    """What is missing in a record for the channel."""
    ods, active = practice
    patient = Patient(
        id="",
        nhs_number="",
        surname=surname,
        forename=forename,
        date_of_birth=date_of_birth,
        address=address,
        mobile=mobile,
        sms_consent=sms_consent,
        practice=Practice(id="", ods_code=ods, name="", active=active) if ods else None,
    )
    return tuple(missing(patient, channel))
