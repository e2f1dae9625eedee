"""The use case behind the Batch Letters table: what a user sees of a service's letters."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from threading import Lock

import pyarrow as pa

from services.access import Permission, may, scope
from services.domain.overdue import Limits, Patience
from services.domain.people import User
from services.listing.csv_file import csv_file
from services.listing.export import export_table
from services.listing.filters import Filters
from services.listing.names import patient_reference
from services.listing.order import ordered
from services.listing.reader import ListingReader
from services.listing.rows import FacetValue, Headline, ListingPage, ListingRow, page_number
from services.listing.selection import Selection, found_patients, select, without_patient
from services.listing.snapshot import Positions, Snapshot, advance, load
from services.listing.sort import Sort
from services.ports.clock import Clock

MOST_ROWS = 500


def no_letters(behind: str) -> pa.Array:
    """What stands behind a figure where nobody counts any."""
    return pa.array([], pa.string())


class Listing:
    """One service's letters. One for each process; every method may be called from several threads.

    patience gives the service's settings of when a letter is late; gateway_labels names the delivery
    providers for the CSV; behind gives the ids of the letters that a figure counts. Every method that takes a
    user raises NotAllowed for one who may see no letters.
    """

    def __init__(
        self,
        *,
        service_id: str,
        reader: ListingReader,
        clock: Clock,
        patience: Callable[[], Patience],
        gateway_labels: Mapping[str, str],
        behind: Callable[[str], pa.Array] = no_letters,
    ) -> None:
        self._service_id = service_id
        self._reader = reader
        self._clock = clock
        self._patience = patience
        self._gateway_labels = gateway_labels
        self._behind = behind
        self._lock = Lock()
        self._latest: Snapshot | None = None

    def change(self) -> int:
        """The number of the service's last change: a page that shows an older one is out of date."""
        return self._reader.change(self._service_id)

    def page(self, user: User, filters: Filters, sort: Sort, page: int, page_size: int) -> ListingPage:
        """One page, the last one when there aren't as many. page counts from 1; page_size is 500 at most."""
        size = min(max(page_size, 1), MOST_ROWS)
        visible, order = scope(user, Permission.SEE_LETTERS), _order_for(user, sort)
        if filters.is_default and order.is_default:
            return _as_seen_by(user, self._reader.pending_page(self._service_id, visible, page, size))
        limits = self._limits()
        selection = self._select(user, filters, limits)
        found = ordered(selection.snapshot, selection.positions(), order)
        number, count = page_number(page, len(found), size)
        ids = _ids(selection.snapshot, found[(number - 1) * size : number * size])
        shown = ListingPage(
            rows=_watched(self._reader.rows(self._service_id, visible, ids), limits),
            total=len(found),
            page=number,
            page_count=count,
            change=selection.snapshot.change,
            sort=order,
        )
        return _as_seen_by(user, shown)

    def facets(self, user: User, filters: Filters) -> dict[str, list[FacetValue]]:
        """For each filter by values, its values with how many letters have them under the other filters."""
        return self._select(user, filters).facets()

    def ids(self, user: User, filters: Filters, sort: Sort, limit: int) -> list[str]:
        """The letters that match, of all pages, at most `limit`."""
        selection = self._select(user, filters)
        return _ids(selection.snapshot, self._in_order(user, selection, sort)[:limit])

    def patients(self, user: User, part: str, limit: int) -> list[str]:
        """The patients in whose name the part stands, by name, at most `limit`; those without a letter too.

        A user with own letters alone finds those to whom they have written. Raises NotAllowed.
        """
        visible = scope(user, Permission.SEE_PATIENTS)
        return found_patients(self._snapshot(), part, visible)[:limit]

    def headline(self, user: User) -> Headline:
        """The header's counts."""
        visible = scope(user, Permission.SEE_LETTERS)
        patience = self._patience()
        limits = patience.limits(self._clock.now())
        pending, failed, in_doubt, stuck, unviewed = self._reader.counts(self._service_id, visible, limits)
        return Headline(
            pending=pending,
            failed=failed,
            in_doubt=in_doubt,
            stuck=stuck,
            unviewed=unviewed,
            patience=patience,
        )

    def csv(self, user: User, filters: Filters, sort: Sort | None = None) -> Iterator[bytes]:
        """All letters that match as a CSV file (docs/product.md section 3), in pieces."""
        selection = self._select(user, filters)
        found = self._in_order(user, selection, sort or Sort())
        table = export_table(
            selection.snapshot,
            found,
            self._reader.details(self._service_id, selection.snapshot.ids.take(found)),
            with_patients=may(user, Permission.SEE_PATIENTS),
            gateway_labels=self._gateway_labels,
        )
        return csv_file(table)

    def _select(self, user: User, filters: Filters, limits: Limits | None = None) -> Selection:
        visible = scope(user, Permission.SEE_LETTERS)
        asked = filters if may(user, Permission.SEE_PATIENTS) else without_patient(filters)
        behind = self._behind(asked.behind) if asked.behind else None
        return select(self._snapshot(), asked, visible, limits or self._limits(), behind)

    def _in_order(self, user: User, selection: Selection, sort: Sort) -> Positions:
        return ordered(selection.snapshot, selection.positions(), _order_for(user, sort))

    def _snapshot(self) -> Snapshot:
        """The letters as they are now. One thread brings the snapshot up to date, the others wait for it."""
        with self._lock:
            change = self.change()
            if self._latest is None or change < self._latest.change:  # less: the store was put back
                self._latest = load(self._reader, self._service_id)
            elif change > self._latest.change:
                self._latest = self._advanced(self._latest)
            return self._latest

    def _advanced(self, snapshot: Snapshot) -> Snapshot:
        try:
            return advance(snapshot, self._reader, self._service_id)
        except LookupError:
            return load(self._reader, self._service_id)

    def _limits(self) -> Limits:
        return self._patience().limits(self._clock.now())


def _ids(snapshot: Snapshot, positions: Positions) -> list[str]:
    ids: list[str] = snapshot.ids.take(positions).to_pylist()
    return ids


def _order_for(user: User, sort: Sort) -> Sort:
    """By name only for those who may see names: the order would say them."""
    by_name = sort.column == "patient" and not may(user, Permission.SEE_PATIENTS)
    return Sort() if by_name else sort


def _watched(rows: Sequence[ListingRow], limits: Limits) -> list[ListingRow]:
    overdue = ((row, row.if_overdue(limits)) for row in rows)
    return [replace(row, overdue=since) if since else row for row, since in overdue]


def _as_seen_by(user: User, page: ListingPage) -> ListingPage:
    if may(user, Permission.SEE_PATIENTS):
        return page
    return replace(page, rows=[_without_patient(row) for row in page.rows], sees_patients=False)


def _without_patient(row: ListingRow) -> ListingRow:
    reference = patient_reference(row.patient_id)
    return replace(
        row,
        patient_name=reference,
        patient_id="",
        deceased=False,
        opted_out=False,
        lacks=(),
        post_problem="",  # it may say what is read in the address window
    )
