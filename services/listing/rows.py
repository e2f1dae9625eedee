"""What the listing hands to its reader: rows, pages, facets, header counts. Plain data."""

from dataclasses import dataclass, field
from datetime import datetime

from services.domain.overdue import Patience
from services.domain.standing import Standing
from services.domain.vocabulary import Channel, Status
from services.listing.sort import Sort


@dataclass(frozen=True, kw_only=True, slots=True)
class ListingRow(Standing):
    """One letter as the table shows it.

    patient_name is "SURNAME, Forename", or a reference for those who may not see patients (patient_id is
    empty then, and nothing is said of the patient). attempts counts the sends so far; practice_ods is empty
    where none is registered. lacks is what the record lacks for the letter's channel while it waits to go;
    post_problem is what the print rules have against posting its PDF.
    """

    id: str
    reference: str
    channel: Channel
    status: Status
    status_at: datetime
    created_at: datetime
    patient_id: str
    patient_name: str
    title: str
    template: str
    created_by_id: str
    created_by_name: str
    provider: str = ""
    team: str = ""
    consortium: str = ""
    practice_name: str = ""
    practice_ods: str = ""
    in_doubt: bool = False
    reason_code: str = ""
    reason: str = ""
    warning: str = ""
    lacks: tuple[str, ...] = ()
    post_problem: str = ""
    deceased: bool = False
    opted_out: bool = False
    has_document: bool = False
    closed: bool = False
    attempts: int = 0
    overdue: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class ListingPage:
    """A page of the list. page counts from 1; total counts all pages; change tells when to look again.

    sort is the order in which the rows stand: not the one asked for where it would say who the patients are,
    which sees_patients tells.
    """

    rows: list[ListingRow]
    total: int
    page: int
    page_count: int
    change: int
    sort: Sort = field(default_factory=Sort)
    sees_patients: bool = True


def page_number(page: int, total: int, size: int) -> tuple[int, int]:
    """The page that exists and is nearest to the one asked for, and how many there are (1 at least)."""
    count = max(1, -(-total // size))
    return min(max(page, 1), count), count


@dataclass(frozen=True, kw_only=True, slots=True)
class FacetValue:
    """One value that a filter offers, and how many letters have it under the other filters."""

    value: str
    label: str
    count: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Headline:
    """The header's counts: failed is part of pending; stuck are sent and not delivered, unviewed sent and not
    viewed, each for longer than the service's patience.
    """

    pending: int
    failed: int
    in_doubt: int
    stuck: int
    unviewed: int
    patience: Patience
