"""Bring a database to the present schema."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import SQLAlchemyError

from services.store.engine import make_engine

_SCRIPTS = Path(__file__).with_name("migrations")


def revision_of(database_url: str) -> str:
    """The database's revision; empty where there is no store, or none that can be read."""
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").exists():
        return ""  # to connect would make the file
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            return str(connection.scalar(text("SELECT version_num FROM alembic_version")) or "")
    except SQLAlchemyError:
        return ""
    finally:
        engine.dispose()


def is_known(revision: str) -> bool:
    """Whether this version can bring a database of that revision to the present schema."""
    return any(revision == script.revision for script in ScriptDirectory(str(_SCRIPTS)).walk_revisions())


def migrate(database_url: str) -> None:
    """Apply every migration that the database lacks, each in one transaction. Safe to repeat."""
    engine = make_engine(database_url)
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS))
    try:
        with engine.connect() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            connection.commit()
    finally:
        engine.dispose()
