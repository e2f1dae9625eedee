"""A CSV file of letters that came back or were rejected, recorded one by one (services/by_hand.py)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from services.by_hand import ByHand, Comeback
from services.domain.errors import NotAllowed, UserError
from services.domain.people import User
from services.importing.columns import Column
from services.importing.csv_lines import CsvLine
from services.importing.small_table import rows_of

COLUMNS: Final = (
    Column(
        name="reference",
        meaning="The letter's reference, as the list shows it",
        example="RIO-2026-004711",
        required=True,
    ),
    Column(name="date", meaning="When it came back, or was rejected", example="2026-11-20", required=True),
    Column(name="code", meaning="The practice's rejection code, if it named one", example="REJ01"),
    Column(
        name="note", meaning="What else is known, such as what stands on the envelope", example="Gone away"
    ),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """What came of one line: the reason that the letter has now, or the problem for which it was left."""

    number: int
    reference: str
    reason: str = ""
    problem: str = ""


def record_all(by_hand: ByHand, service_id: str, user: User, csv: bytes) -> list[Line]:
    """Record every line that can be; each is recorded by itself, so that the others stay.

    Raises UserError for a file that is no good as a whole, and NotAllowed by role.
    """
    rows = rows_of(csv, COLUMNS, "Nothing was recorded")
    return [_record(by_hand, service_id, user, line, cells) for line, cells in rows]


def _record(by_hand: ByHand, service_id: str, user: User, line: CsvLine, cells: Mapping[str, str]) -> Line:
    reference = cells.get("reference", "")
    try:
        reason = by_hand.record(service_id, user, _read(line, cells))
    except NotAllowed:
        raise
    except UserError as why:  # StoreUnavailable too: the line can be brought again
        return Line(number=line.number, reference=reference, problem=str(why))
    return Line(number=line.number, reference=reference, reason=reason)


def _read(line: CsvLine, cells: Mapping[str, str]) -> Comeback:
    if line.problem:
        raise UserError(line.problem)
    try:
        day = date.fromisoformat(cells.get("date", ""))
    except ValueError:
        raise UserError("The date is not one such as 2026-11-20.") from None
    return Comeback(
        reference=cells.get("reference", ""), day=day, code=cells.get("code", ""), note=cells.get("note", "")
    )
