"""Bring a database to the present schema."""

from pathlib import Path

from alembic import command
from alembic.config import Config

from services.store.engine import make_engine

_SCRIPTS = Path(__file__).with_name("migrations")


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
