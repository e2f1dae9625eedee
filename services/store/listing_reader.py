"""The store's side of the listing: services.listing.reader over SQL."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

import pyarrow as pa
from sqlalchemy import Engine, Row, Table, func, select

from services.domain.vocabulary import Channel, Status
from services.listing import reader
from services.listing.names import listed_name
from services.listing.rows import ListingRow
from services.ports.letters import Scope
from services.store import listing_selects as selects
from services.store.arrow import read_arrow
from services.store.engine import READ_ONLY
from services.store.tables import (
    change_counters,
    is_on_its_way,
    is_pending,
    letters,
    practices,
    templates,
    users,
)


class SqlListingReader:
    """The ListingReader of one database. Each call is a transaction of its own, and only reads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine.execution_options(**READ_ONLY)
        self._url = engine.url.render_as_string(hide_password=False)

    def change(self, service_id: str) -> int:
        counter = change_counters.c
        with self._engine.connect() as connection:
            found = connection.scalar(select(counter.value).where(counter.service_id == service_id))
        return found or 0

    def letters_since(self, service_id: str, change: int) -> pa.Table:
        return read_arrow(self._url, selects.letters_since(service_id, change), reader.LETTERS)

    def patients_since(self, service_id: str, change: int) -> pa.Table:
        return read_arrow(self._url, selects.patients_since(service_id, change), reader.PATIENTS)

    def users(self, service_id: str) -> pa.Table:
        return self._whole(users, service_id, reader.USERS)

    def practices(self, service_id: str) -> pa.Table:
        return self._whole(practices, service_id, reader.PRACTICES)

    def templates(self, service_id: str) -> pa.Table:
        return self._whole(templates, service_id, reader.TEMPLATES)

    def rows(self, service_id: str, scope: Scope, ids: Collection[str]) -> list[ListingRow]:
        statement = selects.page_rows(service_id, scope).where(letters.c.id.in_(list(ids)))
        with self._engine.connect() as connection:
            found = {row.id: _listing_row(row) for row in connection.execute(statement)}
        return [found[letter_id] for letter_id in ids if letter_id in found]

    def pending_page(self, service_id: str, scope: Scope, *, offset: int, limit: int) -> list[ListingRow]:
        statement = (
            selects.page_rows(service_id, scope)
            .where(is_pending)
            .order_by(letters.c.created_at.desc(), letters.c.id.desc())
            .offset(offset)
            .limit(limit)
        )
        with self._engine.connect() as connection:
            return [_listing_row(row) for row in connection.execute(statement)]

    def pending_counts(self, service_id: str, scope: Scope) -> tuple[int, int]:
        failed = func.count().filter(letters.c.status == Status.FAILED.value)
        statement = select(func.count(), failed).where(selects.in_scope(service_id, scope), is_pending)
        with self._engine.connect() as connection:
            return connection.execute(statement).one()._tuple()

    def watched_counts(self, service_id: str, scope: Scope, sent_before: datetime) -> tuple[int, int]:
        in_doubt = func.count().filter(letters.c.in_doubt)
        stuck = func.count().filter(selects.is_stuck(sent_before))
        statement = select(in_doubt, stuck).where(selects.in_scope(service_id, scope), is_on_its_way)
        with self._engine.connect() as connection:
            return connection.execute(statement).one()._tuple()

    def details(self, service_id: str, ids: pa.Array) -> pa.Table:
        statement = selects.details(service_id, ids.to_pylist(), self._engine.dialect.name)
        return read_arrow(self._url, statement, reader.DETAILS)

    def _whole(self, table: Table, service_id: str, schema: pa.Schema) -> pa.Table:
        statement = select(*(table.c[name] for name in schema.names)).where(table.c.service_id == service_id)
        return read_arrow(self._url, statement, schema)


def _listing_row(row: Row[Any]) -> ListingRow:
    values = dict(row._mapping)
    name = listed_name(values.pop("surname"), values.pop("forename"))
    channel, status = Channel(values.pop("channel")), Status(values.pop("status"))
    return ListingRow(channel=channel, status=status, patient_name=name, **values)
