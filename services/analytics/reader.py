"""What the measures need of the store beside what the listing reads."""

from typing import Final, Protocol

import pyarrow as pa

from services.listing.reader import ListingReader

EVENTS: Final = pa.schema(
    {
        "letter": pa.string(),
        "place": pa.int64(),
        "id": pa.string(),
        "moment": pa.timestamp("us", tz="UTC"),
        "kind": pa.string(),
        "channel": pa.string(),
        "status": pa.string(),
        "by_user": pa.bool_(),
        "code": pa.string(),
        "reason": pa.string(),
    }
)
"""What has counted in a letter's history. place is the number of the change that brought it; status is empty
where it moved none.
"""


class AnalyticsReader(ListingReader, Protocol):
    """Reads; never writes."""

    def events_since(self, service_id: str, change: int) -> pa.Table:
        """EVENTS that came after `change`; all of them for 0. What is history only is left out."""
        ...
