"""How every table is made: keys led by service_id, names by one convention."""

from collections.abc import Iterable

from sqlalchemy import (
    Column,
    ColumnElement,
    ForeignKeyConstraint,
    Index,
    MetaData,
    String,
    Table,
    literal_column,
)
from sqlalchemy.schema import SchemaItem

from services.store.types import Id

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def text(name: str, length: int = 255) -> Column[str]:
    """A text that is never NULL: what isn't known is empty."""
    return Column(name, String(length), nullable=False, default="")


def in_service(*columns: str, to: str, target: str = "id") -> ForeignKeyConstraint:
    """A foreign key that never leaves the service."""
    return ForeignKeyConstraint(["service_id", *columns], [f"{to}.service_id", f"{to}.{target}"])


def table(name: str, *parts: SchemaItem) -> Table:
    """A table whose primary key is (service_id, id)."""
    return Table(
        name,
        metadata,
        Column("service_id", Id, primary_key=True),
        Column("id", Id, primary_key=True),
        *parts,
    )


def one_of(column: Column[str], values: Iterable[str]) -> ColumnElement[bool]:
    """The column is one of `values`, the project's own words, written as literals.

    With bound parameters no planner sees that a partial index fits.
    """
    return column.in_([literal_column(f"'{value}'", String) for value in sorted(set(values))])


def partial_index(name: str, where: ColumnElement[bool], *columns: ColumnElement[object]) -> Index:
    """An index of the rows that `where` names; a query has to repeat `where` to be served by it."""
    return Index(name, *columns, sqlite_where=where, postgresql_where=where)
