"""What the listing needs of the store."""

from collections.abc import Collection
from typing import Final, Protocol

import pyarrow as pa

from services.domain.overdue import Limits
from services.listing.rows import ListingPage, ListingRow
from services.ports.letters import Scope

_TIME: Final = pa.timestamp("us", tz="UTC")

LETTERS: Final = pa.schema(
    {
        "id": pa.string(),
        "state": pa.string(),
        "created": _TIME,
        "status_at": _TIME,
        "user": pa.string(),
        "patient": pa.string(),
        "template": pa.string(),
        "title": pa.string(),
        "closed": pa.bool_(),
        "in_doubt": pa.bool_(),
        "quiet": pa.bool_(),
        "removed": pa.bool_(),
    }
)
"""state is the key of the status table; quiet: the delivery provider will say nothing more about it."""

USERS: Final = pa.schema({name: pa.string() for name in ("id", "name", "provider", "team", "consortium")})
PRACTICES: Final = pa.schema({name: pa.string() for name in ("id", "ods_code", "name")})
TEMPLATES: Final = pa.schema({name: pa.string() for name in ("id", "name")})
PATIENTS: Final = pa.schema({name: pa.string() for name in ("id", "surname", "forename", "practice")})
"""practice is the practice's id, "" where none is registered."""

DETAILS: Final = pa.schema(
    {
        "id": pa.string(),
        "reference": pa.string(),
        "nhs_number": pa.string(),
        "reason_code": pa.string(),
        "reason": pa.string(),
        "gateway": pa.string(),
        "provider_id": pa.string(),
        "returned": pa.bool_(),
        "returned_at": _TIME,
        "returned_reason": pa.string(),
    }
)
"""What only the CSV needs; returned_at means nothing where the post did not give the letter back."""


class ListingReader(Protocol):
    """Reads; never writes. Every call sees what was committed before it."""

    def change(self, service_id: str) -> int:
        """The number of the service's last change. Cheap: it is asked every second."""
        ...

    def letters_since(self, service_id: str, change: int) -> pa.Table:
        """LETTERS that changed after `change`, removed ones included; without those never seen for 0."""
        ...

    def patients_since(self, service_id: str, change: int) -> pa.Table:
        """PATIENTS that changed after `change`; all of them for 0."""
        ...

    def users(self, service_id: str) -> pa.Table: ...

    def practices(self, service_id: str) -> pa.Table: ...

    def templates(self, service_id: str) -> pa.Table: ...

    def rows(self, service_id: str, scope: Scope, ids: Collection[str]) -> list[ListingRow]:
        """Those of `ids` that are in the batch and in the scope, in the order of `ids`."""
        ...

    def pending_page(self, service_id: str, scope: Scope, page: int, size: int) -> ListingPage:
        """A page of the default view, as of one moment: the Pending group, newest first."""
        ...

    def counts(self, service_id: str, scope: Scope, limits: Limits) -> tuple[int, int, int, int, int]:
        """How many letters are pending, failed (part of pending), in doubt, stuck, and unviewed for long."""
        ...

    def details(self, service_id: str, ids: pa.Array) -> pa.Table:
        """DETAILS of these letters, in any order."""
        ...
