"""The store's side of the measures: services.analytics.reader over SQL."""

import pyarrow as pa
from sqlalchemy import func, select

from services.analytics import reader
from services.store.arrow import read_arrow
from services.store.listing_reader import SqlListingReader
from services.store.listing_selects import flag
from services.store.tables import events


class SqlAnalyticsReader(SqlListingReader):
    """The AnalyticsReader of one database."""

    def events_since(self, service_id: str, change: int) -> pa.Table:
        statement = select(
            events.c.letter_id.label("letter"),
            events.c.sequence.label("place"),
            events.c.id,
            events.c.at.label("moment"),
            events.c.kind,
            events.c.channel,
            func.coalesce(events.c.to_status, "").label("status"),
            flag(events.c.user_id.is_not(None), "by_user"),
            events.c.code,
            events.c.reason,
        ).where(events.c.service_id == service_id, events.c.applied, events.c.sequence > change)
        return read_arrow(self._engine, statement, reader.EVENTS, much=change == 0)
