"""A letter's status and its flags as one small number, so that every status filter is one look-up table."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from services.domain.status import PENDING_GROUP_KEY, PENDING_GROUP_LABEL, STATUSES
from services.domain.status_row import StatusRow
from services.domain.vocabulary import Channel, Status
from services.listing.filters import CLOSED, IN_DOUBT, STUCK, UNVIEWED
from services.listing.rows import FacetValue

Mask = NDArray[np.bool_]

_KEYS: Final = [row.key for row in STATUSES]
_FLAGS: Final = ("closed", "in_doubt", "quiet")
_CODES: Final = np.arange(len(_KEYS) << len(_FLAGS))

STATUS_OF: Final = (_CODES % len(_KEYS)).astype(np.uint16)
"""By code: the place in STATUSES."""


def codes(letters: pa.Table) -> NDArray[np.uint16]:
    """The code of each letter (columns `state`, `closed`, `in_doubt`, `quiet`)."""
    found: NDArray[Any] = pc.index_in(letters["state"], value_set=pa.array(_KEYS)).to_numpy()
    for place, flag in enumerate(_FLAGS):
        found = found + (len(_KEYS) << place) * letters[flag].to_numpy().astype(np.int64)
    return found.astype(np.uint16)


def flagged(flag: str) -> Mask:
    """By code: whether it has the flag "closed", "in_doubt" or "quiet"."""
    found: Mask = (_CODES // len(_KEYS)) & (1 << _FLAGS.index(flag)) != 0
    return found


def _of_rows(rows: AbstractSet[str]) -> Mask:
    return np.array([key in rows for key in _KEYS])[STATUS_OF]


_OPEN: Final = ~flagged("closed")
_BY_SPECIAL: Final[dict[str, Mask]] = {
    PENDING_GROUP_KEY: _OPEN & _of_rows({row.key for row in STATUSES if row.pending_group}),
    IN_DOUBT: flagged("in_doubt"),
    CLOSED: flagged("closed"),
}
MAY_BE_LATE: Final[dict[str, Mask]] = {
    STUCK: _of_rows({row.key for row in STATUSES if row.awaited}) & ~flagged("quiet"),
    UNVIEWED: _of_rows({row.key for row in STATUSES if row.unread}),
}
"""By the value of a status filter: codes that have it once they stand for long enough."""


def by_channel(values: Mapping[Channel, int]) -> NDArray[np.int64]:
    """By code: the value of its channel; 0 for a channel without one."""
    return np.array([values.get(row.channel, 0) for row in STATUSES], np.int64)[STATUS_OF]


def having(values: AbstractSet[str]) -> Mask:
    """By code: whether it is one of the values of a status filter; what is late no code tells by itself."""
    found = _of_rows(values)
    for special in values & _BY_SPECIAL.keys():
        found = found | _BY_SPECIAL[special]
    return found


def facet(counts: NDArray[np.int64], late: Mapping[str, int], chosen: AbstractSet[str]) -> list[FacetValue]:
    """The values of the status filter: the Pending group, the statuses in the table's order, the marks.

    counts holds the number of letters by code, late the number by each of MAY_BE_LATE. A value that no letter
    has is left out unless it is chosen.
    """

    def value(key: str, label: str, count: int) -> FacetValue:
        return FacetValue(value=key, label=label, count=count)

    by_status = np.bincount(STATUS_OF, weights=counts, minlength=len(_KEYS))
    special = {key: int(counts[mask].sum()) for key, mask in _BY_SPECIAL.items()}
    pending = value(PENDING_GROUP_KEY, PENDING_GROUP_LABEL, special[PENDING_GROUP_KEY])
    others = [value(row.key, _label(row), int(count)) for row, count in zip(STATUSES, by_status, strict=True)]
    marks = [
        value(IN_DOUBT, "In doubt", special[IN_DOUBT]),
        value(STUCK, "Sent, not delivered", late[STUCK]),
        value(UNVIEWED, "Not viewed for long", late[UNVIEWED]),
        value(CLOSED, "Closed", special[CLOSED]),
    ]
    return [pending, *(each for each in others + marks if each.count or each.value in chosen)]


def _label(row: StatusRow) -> str:
    return row.long_label if row.label == Status.PENDING.word else row.label
