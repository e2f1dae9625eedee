"""What a view of the list is made of: its filters and its sort. Pure data, with its form in an address."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Self

from services.domain.status import BY_KEY, PENDING_GROUP_KEY
from services.listing.address import EARLIEST, LATEST, Address, Query, is_in_bounds

IN_DOUBT: Final = "in-doubt"
STUCK: Final = "stuck"
UNVIEWED: Final = "unviewed"
CLOSED: Final = "closed"
ANY_STATUS: Final = "any"
"""Stands in an address for a status filter that is off: without it, the default would come back."""

STATUS_VALUES: Final = frozenset({PENDING_GROUP_KEY, IN_DOUBT, STUCK, UNVIEWED, CLOSED, *BY_KEY})
CHOICES: Final = ("provider", "team", "consortium", "practice", "title", "template", "created_by")
"""The filters by a set of values; their names are those of the facets and of the snapshot's axes."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Filters:
    """Letters have to satisfy every filter; within one filter, one of its values. An empty one is off.

    status holds keys of the status table ("gp.sent"), the Pending group, or in-doubt, stuck, unviewed,
    closed.
    Dates are days in Europe/London, both included. practice holds ODS codes, template and created_by ids,
    the others texts; "" means that there is none. patient is a part of a name. behind names a figure of
    another page (services/analytics/figure.py): the letters that it counts. Raises ValueError, with a
    sentence for the user, for a day that is out of all bounds.
    """

    status: frozenset[str] = frozenset({PENDING_GROUP_KEY})
    created_from: date | None = None
    created_to: date | None = None
    provider: frozenset[str] = frozenset()
    team: frozenset[str] = frozenset()
    consortium: frozenset[str] = frozenset()
    practice: frozenset[str] = frozenset()
    title: frozenset[str] = frozenset()
    template: frozenset[str] = frozenset()
    created_by: frozenset[str] = frozenset()
    patient: str = ""
    behind: str = ""

    def __post_init__(self) -> None:
        if not all(is_in_bounds(day) for day in (self.created_from, self.created_to) if day):
            raise ValueError(f"Letters are created between {EARLIEST.year} and {LATEST.year}.")

    @classmethod
    def default(cls) -> Self:
        """All pending letters, failed ones included."""
        return cls()

    @property
    def is_default(self) -> bool:
        return self == Filters()

    def chosen(self, name: str) -> frozenset[str]:
        """The values of one of CHOICES."""
        values: frozenset[str] = getattr(self, name)
        return values

    def to_query(self) -> dict[str, list[str]]:
        """As parameters of an address. The patient's name never stands there (docs/product.md section 1)."""
        query = {name: sorted(self.chosen(name)) for name in CHOICES if self.chosen(name)}
        if self.status != Filters().status:
            query["status"] = sorted(self.status) or [ANY_STATUS]
        if self.behind:
            query["behind"] = [self.behind]
        for name, day in (("created_from", self.created_from), ("created_to", self.created_to)):
            if day:
                query[name] = [day.isoformat()]
        return query

    @classmethod
    def from_query(cls, query: Query) -> tuple[Self, list[str]]:
        """The filters that an address asks for, and a sentence on each thing that had to be left out.

        Anybody may have written the address: what isn't understood is ignored, never an error.
        """
        address = Address(query)
        status = address.known("status", STATUS_VALUES | {ANY_STATUS}, Filters().status) - {ANY_STATUS}
        choices: dict[str, Any] = {name: address.texts(name) for name in CHOICES}
        days: dict[str, Any] = {name: address.day(name) for name in ("created_from", "created_to")}
        if query.get("patient"):
            address.problems.append("A patient's name is never taken from an address: it was left out.")
        figure = address.figure("behind")
        return cls(status=status, behind=figure, **days, **choices), address.problems
