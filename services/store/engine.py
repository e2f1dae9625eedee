"""How each database is opened. The URL is the only difference between SQLite and PostgreSQL."""

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url

READ_ONLY = {"batch_letters_read_only": True}
"""Execution options of a connection that only reads: on SQLite it waits for no writer."""

_BUSY_SECONDS = 15


def make_engine(url: str) -> Engine:
    """An engine for either database; the folder of a SQLite file is made when it is missing.

    SQLite runs in WAL mode with synchronous=FULL: a commit that was answered survives a power cut. Writers
    begin IMMEDIATE, since a transaction that begins as a reader and turns to writing fails at once where
    another writes meanwhile. The values of a failed statement, which may name a patient, reach no log.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        if parsed.database:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(
            parsed, hide_parameters=True, connect_args={"timeout": _BUSY_SECONDS, "isolation_level": None}
        )
        event.listen(engine, "connect", _open_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    # As SQLite: an error, and never a hang. Whoever vanishes within a transaction holds nobody up for long.
    waiting = {"options": f"-c lock_timeout={_BUSY_SECONDS}s -c idle_in_transaction_session_timeout=60s"}
    return create_engine(parsed, hide_parameters=True, pool_pre_ping=True, connect_args=waiting)


def _open_sqlite(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    reading = connection.get_execution_options().get("batch_letters_read_only", False)
    connection.exec_driver_sql("BEGIN DEFERRED" if reading else "BEGIN IMMEDIATE")
