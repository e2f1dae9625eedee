"""Every acceptance, in order: what a provider would bill.

Kept in SQLite, in memory or in a file, and committed before the post is answered, so that a sandbox
that is stopped and started again still knows every letter in flight. The same reference twice is two
acceptances, as at the real providers (docs/faults.md).
"""

import hashlib
import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from services.gateways.sandbox.clock import Moment
from services.gateways.sandbox.courses import Gateway

_SCHEMA = """
CREATE TABLE IF NOT EXISTS acceptance (
    number INTEGER PRIMARY KEY, provider_id TEXT NOT NULL UNIQUE, gateway TEXT NOT NULL,
    reference TEXT NOT NULL, recipient TEXT NOT NULL, accepted_at TEXT NOT NULL, pushed REAL NOT NULL,
    course TEXT NOT NULL, sha256 TEXT NOT NULL, details TEXT NOT NULL, callback TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS acceptance_reference ON acceptance (reference);
CREATE INDEX IF NOT EXISTS acceptance_callback ON acceptance (callback) WHERE callback = 'waiting';
CREATE TABLE IF NOT EXISTS clock (only_row INTEGER PRIMARY KEY, pushed REAL NOT NULL);
"""
_WRITTEN = (
    "provider_id, gateway, reference, recipient, accepted_at, pushed, course, sha256, details, callback"
)
_COLUMNS = f"{_WRITTEN}, number"


@dataclass(frozen=True, kw_only=True, slots=True)
class Acceptance:
    """One accepted post. ``callback``: "" (none to come), "waiting", "done" or "given up"."""

    gateway: Gateway
    reference: str
    recipient: str
    moment: Moment
    course: str
    sha256: str
    details: Mapping[str, str] = field(default_factory=dict)
    callback: str = ""
    provider_id: str = field(default_factory=lambda: str(uuid4()))
    number: int = 0

    @property
    def recipient_digest(self) -> str:
        """SHA-256 of the recipient, for comparisons that need no personal data."""
        return hashlib.sha256(self.recipient.encode()).hexdigest()


class Ledger:
    """The acceptances, newest first. One connection, used by one event loop."""

    def __init__(self, state: Path | None) -> None:
        """Open the file (made when absent), or memory when None. Raises sqlite3.Error."""
        if state is not None:
            state.parent.mkdir(parents=True, exist_ok=True)
        # Made in the factory's thread and used in the event loop's only: the check would be in the way.
        self._db = sqlite3.connect(state or ":memory:", check_same_thread=False, isolation_level=None)
        self._db.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;" + _SCHEMA)

    def close(self) -> None:
        self._db.close()

    def record(self, acceptance: Acceptance) -> None:
        values = (
            acceptance.provider_id,
            acceptance.gateway,
            acceptance.reference,
            acceptance.recipient,
            acceptance.moment.at.isoformat(),
            acceptance.moment.pushed,
            acceptance.course,
            acceptance.sha256,
            json.dumps(dict(acceptance.details)),
            acceptance.callback,
        )
        # Only this module's own words are put into the statement; every value is bound.
        self._db.execute(f"INSERT INTO acceptance ({_WRITTEN}) VALUES ({_marks(values)})", values)  # noqa: S608 – see above

    def find(self, provider_id: str) -> Acceptance | None:
        return next(self._select("provider_id = ?", provider_id), None)

    def newest(
        self,
        *,
        gateways: tuple[Gateway, ...] = tuple(Gateway),
        reference: str | None = None,
        before: int | None = None,
    ) -> Iterator[Acceptance]:
        """Acceptances newest first, of some gateways, with a reference, older than a number."""
        conditions = [f"gateway IN ({_marks(gateways)})"]
        values: list[str | int] = [*gateways]
        if reference is not None:
            conditions.append("reference = ?")
            values.append(reference)
        if before is not None:
            conditions.append("number < ?")
            values.append(before)
        return self._select(" AND ".join(conditions), *values)

    def count(self) -> int:
        (count,) = self._db.execute("SELECT count(*) FROM acceptance").fetchone()
        return int(count)

    def waiting_for_callback(self) -> Iterator[Acceptance]:
        return self._select("callback = 'waiting'")

    def settle_callback(self, provider_id: str, outcome: str) -> None:
        self._db.execute("UPDATE acceptance SET callback = ? WHERE provider_id = ?", (outcome, provider_id))

    def pushed(self) -> float:
        """How far the clock had been pushed when the sandbox was last stopped (seconds)."""
        row = self._db.execute("SELECT pushed FROM clock").fetchone()
        return float(row[0]) if row else 0.0

    def keep_pushed(self, pushed: float) -> None:
        self._db.execute("INSERT OR REPLACE INTO clock (only_row, pushed) VALUES (1, ?)", (pushed,))

    def clear(self) -> None:
        self._db.execute("DELETE FROM acceptance")

    def _select(self, where: str, *values: str | int) -> Iterator[Acceptance]:
        # Only this module's own words are put into the statement; every value is bound.
        query = f"SELECT {_COLUMNS} FROM acceptance WHERE {where} ORDER BY number DESC"  # noqa: S608 – see above
        return (_acceptance(*row) for row in self._db.execute(query, values))


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" for _ in values)


def _acceptance(
    provider_id: str,
    gateway: str,
    reference: str,
    recipient: str,
    accepted_at: str,
    pushed: float,
    course: str,
    sha256: str,
    details: str,
    callback: str,
    number: int,
) -> Acceptance:
    return Acceptance(
        provider_id=provider_id,
        gateway=Gateway(gateway),
        reference=reference,
        recipient=recipient,
        moment=Moment(at=datetime.fromisoformat(accepted_at), pushed=pushed),
        course=course,
        sha256=sha256,
        details=json.loads(details),
        callback=callback,
        number=number,
    )
