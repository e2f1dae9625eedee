"""The columns of the CSV (docs/product.md section 3), built from codes: each text is made fit once."""

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from services.domain.letter_content import spaced_nhs_number
from services.domain.local_time import LONDON
from services.domain.status import STATUSES
from services.listing import states
from services.listing.formulas import neutralised
from services.listing.names import patient_reference
from services.listing.snapshot import Positions, Snapshot

_YES_NO: Final = pa.array(["", "Yes"])
_STATUS_TEXTS: Final = {
    "Status": pa.array([row.label for row in STATUSES]),
    "Status in full": pa.array([row.long_label for row in STATUSES]),
    "Channel": pa.array([row.channel.label for row in STATUSES]),
}
Texts: TypeAlias = Any
"""An Arrow array of strings, whole or in chunks: Arrow's classes carry no types."""


def export_table(
    snapshot: Snapshot,
    positions: Positions,
    details: pa.Table,
    *,
    with_patients: bool,
    gateway_labels: Mapping[str, str],
) -> pa.Table:
    """The letters at `positions` as text that is fit for a spreadsheet; times in Europe/London.

    `details` (reader.DETAILS) are of the same letters, in any order. Without patients, references stand for
    their names, and their NHS numbers are left out.
    """
    columns = _Columns(snapshot, positions)
    places = pc.index_in(snapshot.ids.take(positions), value_set=details["id"])

    def detail(name: str) -> Texts:
        return neutralised(details[name].take(places))

    patient = columns.by_axis("patient") if with_patients else columns.patient_references()
    numbers = {"NHS number": _each_once(detail("nhs_number"), spaced_nhs_number)} if with_patients else {}
    return pa.table(
        {name: texts.take(columns.status) for name, texts in _STATUS_TEXTS.items()}
        | {
            "Status date": columns.times(snapshot.status_at),
            "Date created": columns.times(snapshot.created),
            "Reference": detail("reference"),
            "Patient": patient,
            **numbers,
            "Title": columns.by_axis("title"),
            "Template": columns.by_axis("template"),
            "GP practice": columns.by_practice("name"),
            "GP practice ODS code": columns.by_practice("ods_code"),
            "Created by": columns.by_axis("created_by"),
            "Provider": columns.by_axis("provider"),
            "Team": columns.by_axis("team"),
            "Consortium": columns.by_axis("consortium"),
            "Reason code": detail("reason_code"),
            "Reason": detail("reason"),
            "Delivery provider": _each_once(detail("gateway"), lambda name: gateway_labels.get(name, name)),
            "Delivery provider's reference": detail("provider_id"),
            "Returned to sender": pc.if_else(
                details["returned"].take(places), local_times(details["returned_at"].take(places)), ""
            ),
            "Returned to sender: what is known": detail("returned_reason"),
            "In doubt": columns.flag("in_doubt"),
            "Closed": columns.flag("closed"),
        }
    )


class _Columns:
    """Texts of the letters at some positions, looked up by code."""

    def __init__(self, snapshot: Snapshot, positions: Positions) -> None:
        self._snapshot = snapshot
        self._positions = positions
        self._codes = {name: column[positions] for name, column in snapshot.columns.items()}
        self.status = states.STATUS_OF[self._codes["state"]]

    def by_axis(self, name: str) -> Texts:
        axis = self._snapshot.axes[name]
        return neutralised(pa.array(axis.labels, pa.string())).take(axis.of[self._codes[axis.base]])

    def by_practice(self, name: str) -> Texts:
        of = self._snapshot.axes["practice"].of
        return neutralised(self._snapshot.tables["practice"][name]).take(of[self._codes["patient"]])

    def patient_references(self) -> Texts:
        codes, places = np.unique(self._codes["patient"], return_inverse=True)
        ids = self._snapshot.tables["patient"]["id"].take(codes).to_pylist()
        return pa.array([patient_reference(each) for each in ids], pa.string()).take(places)

    def times(self, microseconds: NDArray[np.int64]) -> Texts:
        return local_times(pa.array(microseconds[self._positions]).cast(pa.timestamp("us", tz="UTC")))

    def flag(self, name: str) -> Texts:
        return _YES_NO.take(states.flagged(name)[self._codes["state"]].astype(np.int8))


def local_times(times: Texts) -> Texts:
    """UTC times as 2026-11-23 14:05 in Europe/London."""
    local = times.to_pandas().dt.tz_convert(LONDON).dt.tz_localize(None)
    minutes = pa.array(local, pa.timestamp("s"), safe=False).cast(pa.string())
    return pc.utf8_slice_codeunits(minutes, 0, len("2026-11-23 14:05"))


def _each_once(texts: Texts, change: Callable[[str], str]) -> Texts:
    """The texts, changed; work is done once for each that differs."""
    whole = texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts
    encoded = whole.dictionary_encode()
    changed = pa.array([change(text) for text in encoded.dictionary.to_pylist()], pa.string())
    return changed.take(encoded.indices)
