"""Backup and restore of a PostgreSQL database, by its own programs pg_dump and pg_restore."""

import os
import shutil
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy import URL

from services.domain.errors import UserError
from services.store.copy_files import made_whole, moment_in_a_name
from services.store.migrate import is_known, migrate, revision_of

_MAINTENANCE = "postgres"  # the database from which others are made and renamed


class PostgresCopies:
    """The ports' Copies. To restore, the user needs the right to make databases."""

    def __init__(self, url: URL) -> None:
        self._url = url

    def save(self, file: Path) -> None:
        with made_whole(file) as begun:
            options = ["--format=custom", "--no-owner", "--no-privileges", f"--file={begun}"]
            self._call("pg_dump", *options, f"--dbname={self._url.database}")
            self._call("pg_restore", "--list", str(begun), connected=False)

    def restore(self, file: Path, finish: Callable[[str], None]) -> str:
        now = moment_in_a_name()
        begun = f"{self._url.database}_restoring_{now}"
        with closing(self._maintenance()) as server:
            server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(begun)))
            try:
                self._fill(file, begun, finish)
                return self._swap(server, begun, f"{self._url.database}_before_{now}")
            except BaseException:
                server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(begun)))
                raise

    def _fill(self, file: Path, database: str, finish: Callable[[str], None]) -> None:
        options = ["--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges"]
        self._call("pg_restore", *options, f"--dbname={database}", str(file))
        url = self._url.set(database=database)
        address = url.render_as_string(hide_password=False)
        if not is_known(revision := revision_of(address)):
            raise UserError(f"{file} is no store of letters, or of a newer version ({revision or 'none'}).")
        migrate(address)
        finish(address)

    def _swap(self, server: "psycopg.Connection[tuple[object, ...]]", begun: str, kept: str) -> str:
        """Both names change in one transaction: there is a whole store before it and after it."""
        present = str(self._url.database)
        rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
        try:
            with server.transaction():
                there = server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [present]).fetchone()
                if there:
                    server.execute(rename.format(sql.Identifier(present), sql.Identifier(kept)))
                server.execute(rename.format(sql.Identifier(begun), sql.Identifier(present)))
        except psycopg.errors.ObjectInUse as error:
            raise UserError(
                f"The database {present} is in use. Nothing was changed: stop the dashboard and all workers."
            ) from error
        return f"database {kept}" if there else ""

    def _maintenance(self) -> "psycopg.Connection[tuple[object, ...]]":
        address = self._url.set(drivername="postgresql", database=_MAINTENANCE)
        try:
            return psycopg.connect(address.render_as_string(hide_password=False), autocommit=True)
        except psycopg.OperationalError as error:
            raise UserError("The database server could not be reached. Nothing was changed.") from error

    def _call(self, program: str, *arguments: str, connected: bool = True) -> None:
        """Run one of PostgreSQL's programs. Anybody can see its arguments: the password is not among them."""
        url = self._url
        where = {"PGHOST": url.host, "PGPORT": url.port and str(url.port), "PGUSER": url.username}
        where |= {"PGPASSWORD": url.password} if connected else {}
        environment = os.environ | {name: value for name, value in where.items() if value}
        done = subprocess.run(  # noqa: S603 - our own arguments, and no shell
            [_path_of(program), *arguments], env=environment, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise UserError(f"{program} could not do it: {done.stderr.strip()}")


def _path_of(program: str) -> str:
    """Debian keeps the newest version's programs out of PATH."""
    versions = Path("/usr/lib/postgresql").glob(f"*/bin/{program}")
    newest = max(versions, key=lambda path: float(path.parts[-3]), default=None)
    found = str(newest) if newest else shutil.which(program)
    if not found:
        raise UserError(f"{program} is not installed: apt-get install postgresql-client.")
    return found
