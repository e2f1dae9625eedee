"""Read a statement into Arrow, many rows at a time.

Much is read from PostgreSQL by ADBC, whose connections take long to open (60 ms) and then are fast; little is
read over the engine's own. SQLite is never read by ADBC: its driver would bring a second SQLite into the
process, and the two don't know of each other's locks. When its connection is closed, it takes itself for the
last one and removes the write-ahead log under the first, whose later commits are then lost to every other
process (https://www.sqlite.org/howtocorrupt.html, section 2.2.1).
"""

from collections.abc import Iterator
from typing import Any

import adbc_driver_postgresql.dbapi as adbc
import pyarrow as pa
from sqlalchemy import Dialect, Engine, Select
from sqlalchemy.dialects import postgresql

_ROWS_AT_ONCE = 20_000

_Statement = Select[*tuple[Any, ...]]


def read_arrow(engine: Engine, statement: _Statement, schema: pa.Schema, *, much: bool) -> pa.Table:
    """What the statement selects, as a table of `schema`. Flags may come as numbers, times as text in UTC.

    much: many thousands of rows are to be expected.
    """
    if much and engine.dialect.name == "postgresql":
        return _by_adbc(engine, statement, schema)
    return pa.Table.from_batches(_by_engine(engine, statement, schema), schema)


def _by_adbc(engine: Engine, statement: _Statement, schema: pa.Schema) -> pa.Table:
    address = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    dialect: Dialect = postgresql.dialect(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call] # theirs
    with adbc.connect(address) as connection, connection.cursor() as cursor:
        cursor.execute(*_sql(statement, dialect))
        found = cursor.fetch_arrow_table()
    return pa.table([_column(found[field.name], field.type) for field in schema], schema=schema)


def _by_engine(engine: Engine, statement: _Statement, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    with engine.connect() as connection:
        result = connection.exec_driver_sql(*_sql(statement, engine.dialect))
        names = list(result.keys())
        cursor: Any = result.cursor
        while rows := cursor.fetchmany(_ROWS_AT_ONCE):
            columns = dict(zip(names, zip(*rows, strict=True), strict=True))
            found = [_column(pa.array(columns[field.name]), field.type) for field in schema]
            yield pa.record_batch(found, schema=schema)


def _sql(statement: _Statement, dialect: Dialect) -> tuple[str, Any]:
    """The statement as the driver takes it; its own types are not applied to what comes back."""
    compiled: Any = statement.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
    if compiled.positional:
        return str(compiled), tuple(compiled.params[name] for name in compiled.positiontup)
    return str(compiled), compiled.params


def _column(column: Any, wanted: pa.DataType) -> Any:
    if pa.types.is_timestamp(wanted) and pa.types.is_string(column.type):
        column = column.cast(pa.timestamp(wanted.unit))
    return column.cast(wanted)
