"""Identifiers, made by the application and never by a database."""

from uuid_utils import uuid7


def new_id() -> str:
    """A UUIDv7 in its text form: unique, and later ones sort after earlier ones."""
    return str(uuid7())
