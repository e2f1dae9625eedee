"""What the use cases need of the audit's place in the store."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from services.domain.audit import Deed, Entry, Head, Sealed


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """Which entries: every filter that is set has to hold. Times: since is included, until is
    not; letter_ids and patient_id are alternatives: an
    entry of one of the letters, or of the patient. up_to is the last number."""

    since: datetime | None = None
    until: datetime | None = None
    user_id: str = ""
    deed: Deed | None = None
    letter_ids: frozenset[str] | None = None
    patient_id: str = ""
    up_to: int | None = None


class Audit(Protocol):
    """Entries are added, and never changed or taken away."""

    def append(self, entries: Sequence[Entry]) -> None:
        """Seal them to what is there, in this transaction."""
        ...

    def head(self) -> Head: ...

    def all(self) -> Iterator[Sealed]:
        """The whole chain in its order."""
        ...

    def page(self, wanted: Wanted, offset: int, limit: int) -> list[Sealed]:
        """The newest first."""
        ...

    def count(self, wanted: Wanted) -> int: ...
