"""The table that every measure is counted in: one row a sending, a letter's way from Queued to its end.

It lies in DuckDB in memory, beside the letters and their events, and is brought up to date by the store's
change counter. A re-send is a sending of its own; so is what goes out after a change of channel.
"""

from dataclasses import dataclass, field
from threading import RLock
from typing import Any, Final

import duckdb
import pandas as pd
import pyarrow as pa

from services.analytics.reader import AnalyticsReader
from services.analytics.reason_groups import groups_table
from services.domain.local_time import LONDON
from services.domain.status import STATUSES
from services.domain.vocabulary import Badge, Channel

ARRIVED: Final = sorted(
    {row.status.value for row in STATUSES if row.badge is Badge.ARRIVED and row.channel is not Channel.PRINT}
)
_IN_LIST: Final = ", ".join(f"'{status}'" for status in ARRIVED)
_TABLES: Final = """
CREATE TABLE letter (id VARCHAR, state VARCHAR, created TIMESTAMP, status_at TIMESTAMP, "user" VARCHAR,
    patient VARCHAR, template VARCHAR, title VARCHAR, closed BOOLEAN, in_doubt BOOLEAN, quiet BOOLEAN,
    removed BOOLEAN);
CREATE TABLE event (letter VARCHAR, place BIGINT, id VARCHAR, moment TIMESTAMP, kind VARCHAR, channel VARCHAR,
    status VARCHAR, by_user BOOLEAN, code VARCHAR, reason VARCHAR, local TIMESTAMP);
CREATE TABLE patient (id VARCHAR, practice VARCHAR);
CREATE TABLE sending (letter VARCHAR, number BIGINT, last BOOLEAN, channel VARCHAR, queued TIMESTAMP,
    day DATE, week DATE, minute INTEGER, sent TIMESTAMP, delivered TIMESTAMP, accessed TIMESTAMP,
    viewed TIMESTAMP, posted TIMESTAMP, failed TIMESTAMP, state VARCHAR, arrived BOOLEAN, code VARCHAR,
    reason VARCHAR, "group" VARCHAR, dealt TIMESTAMP, dealt_by VARCHAR, later_arrived BOOLEAN,
    team VARCHAR, provider VARCHAR, consortium VARCHAR, practice VARCHAR, template VARCHAR);
"""
_SENDINGS: Final = f"""
INSERT INTO sending
WITH chosen AS (SELECT event.* FROM event SEMI JOIN touched ON event.letter = touched.id),
numbered AS (
    SELECT *, row_number() OVER history AS nr,
        count(*) FILTER (status = 'queued') OVER (history ROWS UNBOUNDED PRECEDING) AS number
    FROM chosen WINDOW history AS (PARTITION BY letter ORDER BY place, id)
),
ways AS (
    SELECT letter, number,
        max(channel) FILTER (status = 'queued') AS channel,
        min(moment) FILTER (status = 'queued') AS queued, min(local) FILTER (status = 'queued') AS local,
        min(moment) FILTER (status IN ('sent', 'sent_for_processing')) AS sent,
        min(moment) FILTER (status = 'delivered') AS delivered,
        min(moment) FILTER (status = 'accessed') AS accessed,
        min(moment) FILTER (status = 'viewed') AS viewed, min(moment) FILTER (status = 'posted') AS posted,
        max(nr) FILTER (status = 'failed') AS failed_nr,
        arg_max(status, nr) FILTER (status NOT IN ('', 'pending', 'printed')) AS state
    FROM numbered WHERE number > 0 GROUP BY letter, number
),
ended AS (
    SELECT ways.*, state IN ({_IN_LIST}) AS arrived, failure.moment AS failed, failure.code, failure.reason,
        ways.number = max(ways.number) OVER (PARTITION BY ways.letter) AS last
    FROM ways LEFT JOIN numbered AS failure
        ON ways.state = 'failed' AND failure.letter = ways.letter AND failure.nr = ways.failed_nr
),
answers AS (
    SELECT ended.letter, ended.number, arg_min(later.moment, later.nr) AS dealt,
        arg_min(CASE WHEN later.status <> '' THEN later.status ELSE later.kind END, later.nr) AS dealt_by
    FROM ended JOIN numbered AS later ON later.letter = ended.letter AND later.nr > ended.failed_nr
    WHERE ended.state = 'failed' AND later.by_user
        AND (later.status IN ('queued', 'printed', 'pending') OR later.kind = 'close')
    GROUP BY ended.letter, ended.number
)
SELECT ended.letter, ended.number, ended.last, ended.channel, queued, CAST(local AS DATE),
    CAST(date_trunc('week', local) AS DATE), extract(hour FROM local) * 60 + extract(minute FROM local),
    sent, delivered, accessed, viewed, posted, failed, ended.state, arrived, coalesce(ended.code, ''),
    coalesce(ended.reason, ''),
    CASE WHEN ended.state = 'failed' THEN coalesce(reason_group.name, 'Other') ELSE '' END,
    dealt, coalesce(dealt_by, ''),
    coalesce(bool_or(arrived) OVER (
        PARTITION BY ended.letter ORDER BY ended.number ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING
    ), FALSE),
    coalesce(account.team, ''), coalesce(account.provider, ''), coalesce(account.consortium, ''),
    coalesce(practice.ods_code, ''), letter.template
FROM ended JOIN letter ON letter.id = ended.letter
    LEFT JOIN answers USING (letter, number)
    LEFT JOIN reason_group ON reason_group.code = ended.code AND reason_group.channel = ended.channel
    LEFT JOIN account ON account.id = letter."user"
    LEFT JOIN patient ON patient.id = letter.patient
    LEFT JOIN practice ON practice.id = patient.practice
"""


@dataclass
class Facts:
    """One service's sendings. Every method may be called from several threads."""

    service_id: str
    reader: AnalyticsReader
    _lock: RLock = field(default_factory=RLock)
    _connection: Any = None
    _change: int = 0
    _small: tuple[pa.Table, ...] = ()

    def ask(self, statement: str, parameters: dict[str, Any] | None = None) -> list[tuple[Any, ...]]:
        """The rows of a statement over the tables as they are now."""
        cursor = self._fresh()
        try:
            rows: list[tuple[Any, ...]] = cursor.execute(statement, parameters or {}).fetchall()
            return rows
        finally:
            cursor.close()

    def table(self, statement: str, parameters: dict[str, Any] | None = None) -> pa.Table:
        """The same as an Arrow table."""
        cursor = self._fresh()
        try:
            found: pa.Table = cursor.sql(statement, params=parameters or {}).to_arrow_table()
            return found
        finally:
            cursor.close()

    def _fresh(self) -> Any:
        """A cursor of the caller's own. One thread brings the tables up to date, the others wait for it."""
        with self._lock:
            change = self.reader.change(self.service_id)
            if self._connection is None or change < self._change:  # less: the store was put back
                self._begin_anew()
            if change != self._change:
                try:
                    self._advance(change)
                except Exception:
                    self._connection = None  # half of a change is in it: the next question begins anew
                    raise
            return self._connection.cursor()

    def _begin_anew(self) -> None:
        self._connection = duckdb.connect(":memory:", config={"autoinstall_known_extensions": "false"})
        self._connection.execute(_TABLES)
        self._put("reason_group", groups_table())
        self._change, self._small = 0, ()

    def _advance(self, change: int) -> None:
        """All in one transaction: readers see the tables before it or after it."""
        since, reader, run = self._change, self.reader, self._connection.execute
        letters = _in_utc(reader.letters_since(self.service_id, since))
        events = _with_local_time(reader.events_since(self.service_id, since))
        patients = reader.patients_since(self.service_id, since)
        small = (
            reader.users(self.service_id),
            reader.practices(self.service_id),
            reader.templates(self.service_id),
        )
        run("BEGIN")
        for name, rows in (("letter", letters), ("event", events), ("patient", patients)):
            self._connection.register("delta", rows)
            if name != "event" and since:
                run(f"DELETE FROM {name} WHERE id IN (SELECT id FROM delta)")
            columns = "id, practice" if name == "patient" else "*"
            run(f"INSERT INTO {name} SELECT {columns} FROM delta")
        for name, rows in zip(("account", "practice", "template"), small, strict=True):
            self._put(name, rows)
        self._touch(letters, events, patients, everything=not since or small != self._small)
        run("DELETE FROM sending WHERE letter IN (SELECT id FROM touched)")
        run(_SENDINGS)
        run("COMMIT")
        self._change, self._small = change, small

    def _touch(self, letters: pa.Table, events: pa.Table, patients: pa.Table, *, everything: bool) -> None:
        """The letters whose sendings are made anew."""
        if everything:
            self._connection.execute("CREATE OR REPLACE TEMP TABLE touched AS SELECT id FROM letter")
            return
        for name, rows in (("letters", letters), ("events", events), ("patients", patients)):
            self._connection.register(f"delta_{name}", rows)
        self._connection.execute(
            "CREATE OR REPLACE TEMP TABLE touched AS SELECT id FROM delta_letters UNION SELECT letter FROM "
            "delta_events UNION SELECT id FROM letter WHERE patient IN (SELECT id FROM delta_patients)"
        )

    def _put(self, name: str, rows: pa.Table) -> None:
        self._connection.register("delta", rows)
        self._connection.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM delta")


def _with_local_time(events: pa.Table) -> pa.Table:
    """With the time on the clocks of the United Kingdom, from which days and weeks are counted."""
    times = pd.DatetimeIndex(events["moment"].to_pandas()).tz_convert(LONDON).tz_localize(None)
    return _in_utc(events).append_column("local", pa.array(times, pa.timestamp("us")))


def _in_utc(rows: pa.Table) -> pa.Table:
    """Times without their zone, which is UTC: DuckDB needs an extension to reckon with zones."""
    bare = [
        pa.field(each.name, pa.timestamp("us") if pa.types.is_timestamp(each.type) else each.type)
        for each in rows.schema
    ]
    return rows.cast(pa.schema(bare))
