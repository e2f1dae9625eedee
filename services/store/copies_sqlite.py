"""Backup and restore of a SQLite file."""

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from sqlalchemy import URL

from services.domain.errors import UserError
from services.store.copy_files import made_whole, moment_in_a_name
from services.store.migrate import is_known, migrate

_BUSY_SECONDS = 5


class SqliteCopies:
    """The ports' Copies."""

    def __init__(self, url: URL) -> None:
        self._file = Path(url.database or "")

    def save(self, file: Path) -> None:
        """In one step and from one snapshot, so that writers neither wait nor come in between."""
        with made_whole(file) as begun:
            _copy(self._file, begun)

    def restore(self, file: Path, finish: Callable[[str], None]) -> str:
        begun = self._file.with_name(f"{self._file.name}.restoring")
        for left_over in begun.parent.glob(f"{begun.name}*"):
            left_over.unlink()
        begun.parent.mkdir(parents=True, exist_ok=True)
        try:
            _copy(file, begun)
            migrate(f"sqlite:///{begun}")
            finish(f"sqlite:///{begun}")
            _close_down(begun)
            return self._swap(begun)
        finally:
            for left_over in begun.parent.glob(f"{begun.name}*"):
                left_over.unlink()

    def _swap(self, begun: Path) -> str:
        """The one moment at which the store is another: until it, and after it, there is a whole one."""
        if not self._file.exists():
            begun.rename(self._file)
            return ""
        _close_down(self._file)
        kept = self._file.with_name(f"{self._file.name}.before-{moment_in_a_name()}")
        os.link(self._file, kept)
        begun.replace(self._file)
        return str(kept)


def _copy(source: Path, target: Path) -> None:
    try:
        with (
            closing(sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True)) as read,
            closing(sqlite3.connect(target)) as written,
        ):
            read.backup(written)
            [found] = written.execute("PRAGMA integrity_check(1)").fetchone()
            [revision] = written.execute("SELECT version_num FROM alembic_version").fetchone()
    except (sqlite3.DatabaseError, TypeError) as error:
        raise UserError(f"{source} is no store of letters, or is damaged ({error}).") from error
    if found != "ok":
        raise UserError(f"{source} is damaged: {found}.")
    if not is_known(revision):
        raise UserError(f"{source} is of a newer Batch Letters ({revision}): restore it with that.")


def _close_down(file: Path) -> None:
    """All of it in the one file, which no process has open. Raises UserError where one does."""
    try:
        with closing(sqlite3.connect(file, timeout=_BUSY_SECONDS)) as connection:
            connection.execute("PRAGMA journal_mode=DELETE").fetchone()
    except sqlite3.OperationalError as error:
        raise UserError(
            f"{file} is in use. Nothing was changed: stop the dashboard and all workers."
        ) from error
    except sqlite3.DatabaseError:
        return  # damaged, which may be why it is to be replaced; it is kept as it is
