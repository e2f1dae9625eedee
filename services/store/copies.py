"""Whole copies of the database, of either kind."""

from sqlalchemy.engine import make_url

from services.ports.copies import Copies
from services.store.copies_postgres import PostgresCopies
from services.store.copies_sqlite import SqliteCopies


def copies_of(database_url: str) -> Copies:
    """The copies of the database at this address."""
    url = make_url(database_url)
    return SqliteCopies(url) if url.get_backend_name() == "sqlite" else PostgresCopies(url)
