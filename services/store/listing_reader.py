"""The store's side of the listing: services.listing.reader over SQL."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Any

import pyarrow as pa
from sqlalchemy import Engine, Row, Select, Table, select

from services.domain.vocabulary import Channel, Status
from services.listing import reader
from services.listing.names import listed_name
from services.listing.rows import ListingRow
from services.ports.letters import Scope
from services.store import listing_selects as selects
from services.store.arrow import read_arrow
from services.store.engine import READ_ONLY
from services.store.tables import change_counters, practices, templates, users

_Statement = Callable[[bool], Select[*tuple[Any, ...]]]
"""A question to the database; True asks it about the user's own letters."""


class SqlListingReader:
    """The ListingReader of one database. Each call is a transaction of its own, and only reads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine.execution_options(**READ_ONLY)

    def change(self, service_id: str) -> int:
        counter = change_counters.c
        with self._engine.connect() as connection:
            found = connection.scalar(select(counter.value).where(counter.service_id == service_id))
        return found or 0

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
        found = {row.id: row for row in self._rows(selects.chosen_rows, service_id, scope, ids=list(ids))}
        return [found[letter_id] for letter_id in ids if letter_id in found]

    def pending_page(self, service_id: str, scope: Scope, *, offset: int, limit: int) -> list[ListingRow]:
        return self._rows(selects.pending_rows, service_id, scope, offset=offset, limit=limit)

    def pending_counts(self, service_id: str, scope: Scope) -> tuple[int, int]:
        (counts,) = self._ask(selects.pending_counts, service_id, scope)
        return counts[0], counts[1]

    def watched_counts(self, service_id: str, scope: Scope, sent_before: datetime) -> tuple[int, int]:
        (counts,) = self._ask(selects.watched_counts, service_id, scope, sent_before=sent_before)
        return counts[0], counts[1]

    def details(self, service_id: str, ids: pa.Array) -> pa.Table:
        statement = selects.details(service_id, ids.to_pylist(), self._engine.dialect.name)
        return read_arrow(self._engine, statement, reader.DETAILS, much=True)

    def _rows(self, statement: _Statement, service_id: str, scope: Scope, **more: Any) -> list[ListingRow]:
        return [_listing_row(row) for row in self._ask(statement, service_id, scope, **more)]

    def _ask(
        self, statement: _Statement, service_id: str, scope: Scope, **more: Any
    ) -> Sequence[Row[*tuple[Any, ...]]]:
        own = {} if scope.created_by is None else {"created_by": scope.created_by}
        with self._engine.connect() as connection:
            return connection.execute(statement(bool(own)), {"service_id": service_id, **own, **more}).all()

    def _whole(self, table: Table, service_id: str, schema: pa.Schema) -> pa.Table:
        statement = select(*(table.c[name] for name in schema.names)).where(table.c.service_id == service_id)
        return read_arrow(self._engine, statement, schema, much=False)


def _listing_row(row: Row[*tuple[Any, ...]]) -> ListingRow:
    values = row._asdict()
    name = listed_name(values.pop("surname"), values.pop("forename"))
    channel, status = Channel(values.pop("channel")), Status(values.pop("status"))
    return ListingRow(channel=channel, status=status, patient_name=name, **values)
