"""A service's letters as arrays of codes, sorted by date. Never changed: the next state is a new snapshot.

So whoever holds one may read it without a lock while another thread makes the next.
"""

from bisect import bisect
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from services.listing import states
from services.listing.axes import Tables, codes_of, make_axes
from services.listing.axis import Axis
from services.listing.names import listed_name, search_key
from services.listing.reader import LETTERS, PATIENTS, PRACTICES, TEMPLATES, USERS, ListingReader

Positions = NDArray[np.intp]


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """All letters in the batch as of `change`, oldest first.

    created and status_at are microseconds since 1970, UTC; columns holds a code for each letter and kind of
    thing that it refers to ("user", "patient", "template", "title"), and "state" (see states.py).
    """

    change: int
    ids: pa.Array
    created: NDArray[np.int64]
    status_at: NDArray[np.int64]
    columns: dict[str, NDArray[Any]]
    tables: Tables
    axes: dict[str, Axis]

    def __len__(self) -> int:
        return len(self.ids)

    def newest_first(self) -> Positions:
        """All letters."""
        return np.arange(len(self))[::-1]


_KINDS = ("user", "patient", "template", "title")


def load(reader: ListingReader, service_id: str) -> Snapshot:
    """The whole service, read anew."""
    return advance(_nothing(), reader, service_id)


def advance(old: Snapshot, reader: ListingReader, service_id: str) -> Snapshot:
    """The snapshot with all that has changed since. Raises LookupError when it has to be loaded anew.

    The counter is read before the letters, and the letters before what they refer to: so what is missing of a
    change that is committed meanwhile is read the next time, and nothing that a letter refers to is missing.
    """
    change = reader.change(service_id)
    delta = _sorted(reader.letters_since(service_id, old.change))
    present = delta.filter(pc.invert(delta["removed"]))
    read = {
        "user": reader.users(service_id),
        "practice": reader.practices(service_id),
        "template": reader.templates(service_id),
        "patient": _with_names(reader.patients_since(service_id, old.change)),
        "title": pa.table({"id": pc.unique(present["title"])}),
    }
    tables = {kind: _merged(old.tables[kind], rows) for kind, rows in read.items()}
    order = _order(old, delta, present)
    columns: dict[str, NDArray[Any]] = {kind: codes_of(present[kind], tables[kind]) for kind in _KINDS}
    columns["state"] = states.codes(present)
    return Snapshot(
        change=change,
        ids=pa.concat_arrays([old.ids, present["id"].combine_chunks()]).take(pa.array(order)),
        created=np.concatenate([old.created, _microseconds(present["created"])])[order],
        status_at=np.concatenate([old.status_at, _microseconds(present["status_at"])])[order],
        columns={name: np.concatenate([old.columns[name], new])[order] for name, new in columns.items()},
        tables=tables,
        axes=make_axes(tables, old.tables, old.axes),
    )


def _nothing() -> Snapshot:
    times = np.empty(0, np.int64)
    no_practice = pa.table({name: [""] for name in PRACTICES.names}, schema=PRACTICES)
    return Snapshot(
        change=0,
        ids=pa.array([], pa.string()),
        created=times,
        status_at=times,
        columns={"state": np.empty(0, np.uint16)} | {kind: np.empty(0, np.int32) for kind in _KINDS},
        tables={
            "user": USERS.empty_table(),
            "practice": no_practice,
            "template": TEMPLATES.empty_table(),
            "patient": _with_names(PATIENTS.empty_table()),
            "title": pa.table({"id": pa.array([], pa.string())}),
        },
        axes={},
    )


def _sorted(letters: pa.Table) -> pa.Table:
    ordered: pa.Table = letters.select(LETTERS.names).sort_by([("created", "ascending"), ("id", "ascending")])
    return ordered


def _microseconds(times: pa.ChunkedArray) -> NDArray[np.int64]:
    since_1970: NDArray[np.int64] = times.cast(pa.int64()).to_numpy()
    return since_1970


def _with_names(patients: pa.Table) -> pa.Table:
    """Patients with the name that is shown and the key that a part of a name is looked for in."""
    names = list(zip(patients["surname"].to_pylist(), patients["forename"].to_pylist(), strict=True))
    return pa.table(
        {
            "id": patients["id"],
            "practice": patients["practice"],
            "name": pa.array([listed_name(*name) for name in names], pa.string()),
            "search": pa.array([search_key(*name) for name in names], pa.string()),
        }
    )


def _merged(old: pa.Table, read: pa.Table) -> pa.Table:
    """The old table with rows replaced and added. Every row keeps its place, since letters hold places."""
    places = pc.index_in(read["id"], value_set=old["id"])
    known = places.is_valid().to_numpy()
    if known.all() and read.equals(old.take(places)):
        return old
    order = np.arange(len(old))
    order[places.drop_null().to_numpy()] = len(old) + np.flatnonzero(known)
    order = np.concatenate([order, len(old) + np.flatnonzero(~known)])
    return pa.concat_tables([old, read.select(old.column_names)]).take(pa.array(order)).combine_chunks()


def _order(old: Snapshot, delta: pa.Table, present: pa.Table) -> Positions:
    """Where each letter of the next snapshot is found in the old one followed by `present`."""
    kept = np.flatnonzero(~pc.is_in(old.ids, value_set=delta["id"]).to_numpy(zero_copy_only=False))
    places = _places(old.created[kept], old.ids, kept, present)
    new = len(old) + np.arange(len(present))
    order: Positions = np.insert(kept, places, new)
    return order


def _places(created: NDArray[np.int64], ids: pa.Array, kept: Positions, new: pa.Table) -> list[int]:
    """For each new letter, before which kept one it belongs: by date, then by id."""
    times = _microseconds(new["created"])
    lows, highs = np.searchsorted(created, times, "left"), np.searchsorted(created, times, "right")
    same_time: dict[int, list[str]] = {}
    places = []
    for low, high, letter_id in zip(lows.tolist(), highs.tolist(), new["id"].to_pylist(), strict=True):
        if low == high:
            places.append(low)
            continue
        if low not in same_time:
            same_time[low] = ids.take(pa.array(kept[low:high])).to_pylist()
        places.append(low + bisect(same_time[low], letter_id))
    return places
