"""By which column the list is sorted."""

from dataclasses import dataclass
from typing import Final, Self

from services.listing.address import Address, Query

COLUMNS: Final = (
    "status",
    "created",
    "patient",
    "title",
    "template",
    "practice",
    "created_by",
    "provider",
    "team",
    "consortium",
    "status_at",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Sort:
    """A column of COLUMNS and a direction; letters that are equal in it come newest first.

    Raises ValueError for any other column.
    """

    column: str = "created"
    descending: bool = True

    def __post_init__(self) -> None:
        if self.column not in COLUMNS:
            raise ValueError("The list can't be sorted by this column.")

    @property
    def is_default(self) -> bool:
        return self == Sort()

    def to_query(self) -> dict[str, list[str]]:
        """As parameters of an address; empty for the default, newest first."""
        direction = "descending" if self.descending else "ascending"
        return {} if self.is_default else {"sort": [self.column], "direction": [direction]}

    @classmethod
    def from_query(cls, query: Query) -> tuple[Self, list[str]]:
        """The sort that an address asks for, and a sentence on each thing that had to be left out."""
        address = Address(query)
        column = min(address.known("sort", frozenset(COLUMNS), frozenset({cls().column})))
        direction = address.known("direction", {"ascending", "descending"}, frozenset({"descending"}))
        return cls(column=column, descending="descending" in direction), address.problems
