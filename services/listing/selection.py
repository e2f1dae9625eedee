"""Which letters of a snapshot a user's filters select; what the user may see comes before any count."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from services.domain.local_time import LONDON
from services.domain.overdue import Limits
from services.domain.spelling import fold
from services.domain.vocabulary import Channel
from services.listing import states
from services.listing.filters import CHOICES, STUCK, UNVIEWED, Filters
from services.listing.rows import FacetValue
from services.listing.snapshot import Positions, Snapshot
from services.ports.letters import Scope

Mask = NDArray[np.bool_]

_EPOCH: Final = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


def microseconds(moment: datetime) -> int:
    """Since 1970, UTC: how snapshots hold times."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


@dataclass(frozen=True, kw_only=True)
class Selection:
    """Filters applied to a snapshot.

    rows: the letters in the user's scope and between the dates. misses: for each filter that is on, which of
    those it leaves out; miss_count: how many filters leave each of them out; before: the moments, by value of
    the status filter and then by code, before which what stands there is late.
    """

    snapshot: Snapshot
    filters: Filters
    before: dict[str, NDArray[np.int64]]
    rows: slice | Positions
    misses: dict[str, Mask]
    miss_count: NDArray[np.uint8]

    def positions(self) -> Positions:
        """The letters selected, as positions in the snapshot: oldest first."""
        found: Positions = np.flatnonzero(self.miss_count == 0)
        return found + self.rows.start if isinstance(self.rows, slice) else self.rows[found]

    def facets(self) -> dict[str, list[FacetValue]]:
        """For each filter by values: the values that letters have under the other filters, with counts."""
        axes = self.snapshot.axes
        counts = {
            name: axes[name].facet(self._counts(name, axes[name].base), self.filters.chosen(name))
            for name in CHOICES
        }
        return {"status": self._status_facet()} | counts

    def _counts(self, name: str, base: str) -> NDArray[np.int64]:
        codes = self.snapshot.columns[base][self.rows][self._under_others(name)]
        return np.bincount(codes, minlength=len(self.snapshot.tables[base]))

    def _under_others(self, name: str) -> Mask:
        """The letters that every other filter leaves in."""
        found: Mask = self.miss_count == self.misses.get(name, 0)
        return found

    def _status_facet(self) -> list[FacetValue]:
        others = self._under_others("status")
        codes = self.snapshot.columns["state"][self.rows][others]
        since = self.snapshot.status_at[self.rows][others]
        late = {
            value: int(np.count_nonzero(since[asked] < self.before[value][codes[asked]]))
            for value, may_be in states.MAY_BE_LATE.items()
            if (asked := may_be[codes]) is not None
        }
        counts = np.bincount(codes, minlength=len(states.STATUS_OF))
        return states.facet(counts, late, self.filters.status)


def select(
    snapshot: Snapshot, filters: Filters, scope: Scope, limits: Limits, behind: pa.Array | None = None
) -> Selection:
    """Apply the filters. limits say which letters are stuck, and which unviewed for long; behind are the only
    letters that come into question, if it is given.
    """
    rows = _visible(snapshot, filters, scope)
    sent = {channel: microseconds(moment) for channel, moment in limits.sent.items()}
    unread = dict.fromkeys(Channel, microseconds(limits.unread))
    before = {STUCK: states.by_channel(sent), UNVIEWED: states.by_channel(unread)}
    misses = {name: ~_having(snapshot, filters, name, rows) for name in CHOICES if filters.chosen(name)}
    if filters.status:
        misses["status"] = ~_having_status(snapshot, filters, rows, before)
    if fold(filters.patient):
        misses["patient"] = ~_having_name(snapshot, filters.patient, rows)
    if behind is not None:
        misses["behind"] = ~_among(snapshot, rows, behind)
    length = len(snapshot.created[rows])
    miss_count = np.zeros(length, np.uint8)
    for miss in misses.values():
        miss_count += miss
    return Selection(
        snapshot=snapshot,
        filters=filters,
        before=before,
        rows=rows,
        misses=misses,
        miss_count=miss_count,
    )


def _among(snapshot: Snapshot, rows: slice | Positions, ids: pa.Array) -> Mask:
    found: Mask = pc.is_in(snapshot.ids, value_set=ids.cast(pa.string())).to_numpy(zero_copy_only=False)
    return found[rows]


def _visible(snapshot: Snapshot, filters: Filters, scope: Scope) -> slice | Positions:
    """The letters in the scope and between the dates; letters are sorted by date."""
    low, high = 0, len(snapshot)
    if filters.created_from:
        low = int(np.searchsorted(snapshot.created, _midnight(filters.created_from)))
    if filters.created_to:
        day_after = filters.created_to + timedelta(days=1)
        high = max(low, int(np.searchsorted(snapshot.created, _midnight(day_after))))
    if scope.created_by is None:
        return slice(low, high)
    own = snapshot.axes["created_by"].having({scope.created_by})
    mine: Positions = np.flatnonzero(own[snapshot.columns["user"][low:high]]) + low
    return mine


def _midnight(day: date) -> int:
    return microseconds(datetime.combine(day, time(), LONDON))


def _having(snapshot: Snapshot, filters: Filters, name: str, rows: slice | Positions) -> Mask:
    axis = snapshot.axes[name]
    found: Mask = axis.having(filters.chosen(name))[snapshot.columns[axis.base][rows]]
    return found


def _having_status(
    snapshot: Snapshot, filters: Filters, rows: slice | Positions, before: dict[str, NDArray[np.int64]]
) -> Mask:
    codes = snapshot.columns["state"][rows]
    found: Mask = states.having(filters.status)[codes]
    for value in filters.status & before.keys():
        found = found | (states.MAY_BE_LATE[value][codes] & (snapshot.status_at[rows] < before[value][codes]))
    return found


def _having_name(snapshot: Snapshot, part: str, rows: slice | Positions) -> Mask:
    found: Mask = _by_name(snapshot, part)[snapshot.columns["patient"][rows]]
    return found


def _by_name(snapshot: Snapshot, part: str) -> Mask:
    """The part is looked for in each patient's name once, and not in each letter's."""
    search = snapshot.tables["patient"]["search"]
    found: Mask = pc.match_substring(search, fold(part)).to_numpy().astype(np.bool_)
    return found


def found_patients(snapshot: Snapshot, part: str, scope: Scope) -> list[str]:
    """The ids of patients by a part of their name, sorted by name; of an own scope those of own letters."""
    found = _by_name(snapshot, part)
    if scope.created_by is not None:
        own = snapshot.columns["patient"][_visible(snapshot, Filters(), scope)]
        found = found & np.isin(np.arange(len(found)), own)
    table = snapshot.tables["patient"].filter(pa.array(found))
    ids: list[str] = table.sort_by([("name", "ascending"), ("id", "ascending")])["id"].to_pylist()
    return ids


def without_patient(filters: Filters) -> Filters:
    """For a user who may not see who a patient is: a search by name would say it."""
    return replace(filters, patient="")
