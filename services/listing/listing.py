"""The use case behind the Batch Letters table: what a user sees of a service's letters."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Lock

from services.access import Permission, may, scope
from services.domain.people import User
from services.listing.csv_file import csv_file
from services.listing.export import export_table
from services.listing.filters import Filters
from services.listing.names import patient_reference
from services.listing.order import ordered
from services.listing.reader import ListingReader
from services.listing.rows import FacetValue, Headline, ListingPage, ListingRow
from services.listing.selection import Selection, select, without_patient
from services.listing.snapshot import Positions, Snapshot, advance, load
from services.listing.sort import Sort
from services.ports.clock import Clock
from services.ports.letters import Scope

MOST_ROWS = 500


class Listing:
    """One service's letters. One for each process; every method may be called from several threads.

    stuck_days gives the setting after how many days a sent letter that has not arrived is stuck;
    gateway_labels names the delivery providers for the CSV. Every method that takes a user raises NotAllowed
    for one who may see no letters.
    """

    def __init__(
        self,
        *,
        service_id: str,
        reader: ListingReader,
        clock: Clock,
        stuck_days: Callable[[], int],
        gateway_labels: Mapping[str, str],
    ) -> None:
        self._service_id = service_id
        self._reader = reader
        self._clock = clock
        self._stuck_days = stuck_days
        self._gateway_labels = gateway_labels
        self._lock = Lock()
        self._latest: Snapshot | None = None

    def change(self) -> int:
        """The number of the service's last change: a page that shows an older one is out of date."""
        return self._reader.change(self._service_id)

    def page(self, user: User, filters: Filters, sort: Sort, page: int, page_size: int) -> ListingPage:
        """One page, the last one when there aren't as many. page counts from 1; page_size is 500 at most."""
        size = min(max(page_size, 1), MOST_ROWS)
        visible = scope(user, Permission.SEE_LETTERS)
        if filters.is_default and sort.is_default:
            return self._pending_page(user, visible, page, size)
        selection = self._select(user, filters)
        found = self._in_order(user, selection, sort)
        number, count = _clamped(page, len(found), size)
        ids = _ids(selection.snapshot, found[(number - 1) * size : number * size])
        return ListingPage(
            rows=_as_seen_by(user, self._reader.rows(self._service_id, visible, ids)),
            total=len(found),
            page=number,
            page_count=count,
            change=selection.snapshot.change,
        )

    def facets(self, user: User, filters: Filters) -> dict[str, list[FacetValue]]:
        """For each filter by values, its values with how many letters have them under the other filters."""
        return self._select(user, filters).facets()

    def ids(self, user: User, filters: Filters, sort: Sort, limit: int) -> list[str]:
        """The letters that match, of all pages, at most `limit`."""
        selection = self._select(user, filters)
        return _ids(selection.snapshot, self._in_order(user, selection, sort)[:limit])

    def headline(self, user: User) -> Headline:
        """The header's counts."""
        visible = scope(user, Permission.SEE_LETTERS)
        pending, failed = self._reader.pending_counts(self._service_id, visible)
        in_doubt, stuck = self._reader.watched_counts(self._service_id, visible, self._sent_before())
        return Headline(
            pending=pending, failed=failed, in_doubt=in_doubt, stuck=stuck, stuck_days=self._stuck_days()
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

    def _pending_page(self, user: User, visible: Scope, page: int, size: int) -> ListingPage:
        change = self.change()
        total, _ = self._reader.pending_counts(self._service_id, visible)
        number, count = _clamped(page, total, size)
        offset = (number - 1) * size
        rows = self._reader.pending_page(self._service_id, visible, offset=offset, limit=size)
        return ListingPage(
            rows=_as_seen_by(user, rows), total=total, page=number, page_count=count, change=change
        )

    def _select(self, user: User, filters: Filters) -> Selection:
        visible = scope(user, Permission.SEE_LETTERS)
        asked = filters if may(user, Permission.SEE_PATIENTS) else without_patient(filters)
        return select(self._snapshot(), asked, visible, sent_before=self._sent_before())

    def _in_order(self, user: User, selection: Selection, sort: Sort) -> Positions:
        """By name only for those who may see names: the order would say them."""
        by_name = sort.column == "patient" and not may(user, Permission.SEE_PATIENTS)
        return ordered(selection.snapshot, selection.positions(), Sort() if by_name else sort)

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

    def _sent_before(self) -> datetime:
        return self._clock.now() - timedelta(days=self._stuck_days())


def _ids(snapshot: Snapshot, positions: Positions) -> list[str]:
    ids: list[str] = snapshot.ids.take(positions).to_pylist()
    return ids


def _clamped(page: int, total: int, size: int) -> tuple[int, int]:
    """The page that exists and is nearest to the one asked for, and how many there are (1 at least)."""
    count = max(1, -(-total // size))
    return min(max(page, 1), count), count


def _as_seen_by(user: User, rows: list[ListingRow]) -> list[ListingRow]:
    if may(user, Permission.SEE_PATIENTS):
        return rows
    return [replace(row, patient_name=patient_reference(row.patient_id), patient_id="") for row in rows]
