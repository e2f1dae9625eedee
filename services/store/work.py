"""What all tables of one unit of work share: the connection, the service, and the number of its change."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Executable,
    Table,
    bindparam,
    insert,
    select,
    update,
)
from sqlalchemy import Row as DbRow
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from services.store import tables

Row = Mapping[str, Any]

IDS: Final[BindParameter[Any]] = bindparam("ids", expanding=True)
"""In statements that are run for every letter: made once, since to make one costs more than to run it."""

_CHUNK = 500  # bound parameters of one statement stay below every database's limit


def chunks(values: Collection[str]) -> Iterator[list[str]]:
    """The values in lists that one statement can name."""
    rest = list(values)
    for start in range(0, len(rest), _CHUNK):
        yield rest[start : start + _CHUNK]


def of_service(table: Table) -> ColumnElement[bool]:
    """The condition of a statement that is made once; `Work.rows` says which service."""
    return table.c.service_id == bindparam("service")


_COUNTER = select(tables.change_counters.c.value).where(of_service(tables.change_counters))
_COUNTER_LOCKED = _COUNTER.with_for_update()
_NEXT_CHANGE = (
    update(tables.change_counters)
    .where(of_service(tables.change_counters))
    .values(value=tables.change_counters.c.value + 1)
    .returning(tables.change_counters.c.value)
)


class Work:
    """A transaction within one service."""

    def __init__(self, connection: Connection, service_id: str) -> None:
        self.connection = connection
        self.service_id = service_id
        self._here = {"service": service_id}
        self._change: int | None = None

    def in_service(self, table: Table) -> ColumnElement[bool]:
        """The condition that every statement begins with."""
        return table.c.service_id == self.service_id

    def next_change(self) -> int:
        """The number of this transaction's change, taken once.

        The counter's row stays locked until the commit, so numbers are committed in their order and whoever
        reads "all above the last number I saw" misses nothing. A sequence would hand numbers out too early.
        """
        if self._change is None:
            self._change = self.connection.execute(_NEXT_CHANGE, self._here).scalar_one()
        return self._change

    def change_number(self, *, for_update: bool = False) -> int:
        """The service's counter, 0 where there is no such service yet; for_update waits for other writers."""
        statement = _COUNTER_LOCKED if for_update else _COUNTER
        return self.connection.scalar(statement, self._here) or 0

    def rows(self, statement: Executable, ids: Collection[str], **given: Any) -> Iterator[DbRow[Any]]:
        """What a statement over `IDS` finds, however many there are."""
        for chunk in chunks(ids):
            yield from self.connection.execute(statement, {**self._here, "ids": chunk, **given})

    def change_one(self, statement: Executable, **given: Any) -> int:
        """Run a statement that was made once; returns how many rows changed."""
        return self.connection.execute(statement, {**self._here, **given}).rowcount

    def insert(self, table: Table, rows: Sequence[Row]) -> None:
        """Add rows to this service."""
        if rows:
            self.connection.execute(insert(table), [{"service_id": self.service_id, **row} for row in rows])

    def upsert(
        self, table: Table, rows: Sequence[Row], *, key: str = "id", keep: Collection[str] = ()
    ) -> None:
        """Add rows, or bring those up to date that exist under the same key; columns of `keep` stay."""
        if not rows:
            return
        dialect = postgresql_insert if self.connection.dialect.name == "postgresql" else sqlite_insert
        statement = dialect(table)
        changes = {name: statement.excluded[name] for name in rows[0] if name not in (key, "id", *keep)}
        self.connection.execute(
            statement.on_conflict_do_update(index_elements=["service_id", key], set_=changes),
            [{"service_id": self.service_id, **row} for row in rows],
        )
