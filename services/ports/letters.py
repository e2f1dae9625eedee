"""What the use cases need of the store for letters, their attempts and their history."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from services.domain.letter import Attempt, Event, Letter
from services.domain.vocabulary import AttemptState, Cause, Channel, Status
from services.ports.gateway import Report


@dataclass(frozen=True, kw_only=True, slots=True)
class Move:
    """One change of one letter's status, as `transition` asks the store for it.

    The letter has to be of `channel`, at one of `expected` and not closed; to_channel is set when it leaves
    its channel.
    """

    letter_id: str
    channel: Channel
    to: Status
    cause: Cause
    at: datetime
    expected: frozenset[Status]
    to_channel: Channel | None = None
    reason_code: str = ""
    reason: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Scope:
    """Whose letters are meant: all of the service, or those that one user created."""

    created_by: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Queue:
    """What waits at one gateway: to be sent, to be looked up, and how many are on their way.

    oldest: when the one was queued that has waited longest to be sent or looked up.
    """

    gateway: str
    ready: int = 0
    in_doubt: int = 0
    on_its_way: int = 0
    oldest: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class StrayReport:
    """A report that belongs to no attempt of ours, until somebody has seen to it."""

    id: str
    at: datetime
    gateway: str
    provider_id: str
    reference: str
    code: str


class Letters(Protocol):
    def get(self, ids: Collection[str], scope: Scope) -> list[Letter]:
        """Those of `ids` that exist in the scope, removed ones included, in the order of `ids`."""
        ...

    def without_document(self, limit: int) -> list[Letter]:
        """Letters of the Pending group that wait for a rendering, oldest first.

        One that could not be rendered waits until what it says has changed.
        """
        ...

    def any_to(self, patient_id: str, scope: Scope) -> bool:
        """Whether there is a letter to, or about, this patient in the scope, removed ones included."""
        ...

    def of_patient(self, patient_id: str, scope: Scope) -> list[Letter]:
        """Every letter to, or about, this patient in the scope, removed ones included; the newest first."""
        ...

    def of_pair(self, pair: str, scope: Scope) -> list[Letter]:
        """The letters that were written together, in the scope, removed ones included; by reference."""
        ...

    def by_reference(self, references: Collection[str]) -> dict[str, Letter]:
        """Those of our references that exist, removed letters included."""
        ...

    def add(self, letters: Sequence[Letter]) -> None: ...

    def move(self, moves: Sequence[Move]) -> set[str]:
        """Make guarded changes (status in the WHERE); returns the ids whose row changed."""
        ...

    def patch(self, ids: Collection[str], **changes: Any) -> int:
        """Set columns other than the status; returns how many rows changed."""
        ...

    def unrender(self, ids: Collection[str]) -> None:
        """Let these be rendered anew. What was uploaded stays the letter."""
        ...

    def mark_doubt(self, attempt: Attempt, *, in_doubt: bool) -> None:
        """Say of the letter whether anybody knows that the provider has it, while this is its attempt."""
        ...

    def patch_where(self, read: Sequence[Letter], **changes: Any) -> set[str]:
        """Like patch, but only where a letter still stands as it was read: its status, whether it is closed,
        whether it is removed. Returns the ids of those that changed.
        """
        ...

    def set_attempts(self, attempt_ids: Mapping[str, str]) -> None:
        """Make each letter's current attempt the one given."""
        ...

    def set_documents(self, documents: Mapping[str, tuple[str, str]]) -> None:
        """Make each letter's present rendering the one given, by id and why it may not be posted."""
        ...


class Attempts(Protocol):
    def add(self, attempts: Sequence[Attempt]) -> None: ...

    def get(self, ids: Collection[str]) -> dict[str, Attempt]: ...

    def of_letters(self, letter_ids: Collection[str]) -> list[Attempt]: ...

    def claim(
        self,
        *,
        state: AttemptState,
        gateways: Collection[str],
        owner: str,
        now: datetime,
        lease: timedelta,
        limit: int,
    ) -> list[Attempt]:
        """Lease due attempts to one worker, oldest first; each comes back with its new fence."""
        ...

    def record(self, attempt: Attempt, *, unless_ended: bool = False, **changes: Any) -> None:
        """Write to a claimed attempt. Raises LostRace when its fence has moved on, or where it has ENDED."""
        ...

    def release(self, attempts: Collection[Attempt], *, due_at: datetime) -> None: ...

    def due_for_poll(self, *, gateway: str, now: datetime, limit: int) -> list[Attempt]:
        """Accepted attempts whose next question is due, oldest due first."""
        ...

    def heard(self, attempt_id: str, *, code: str | None = None, poll_at: datetime | None) -> None:
        """Keep the provider's last word, if it said a new one, and when to ask next; None ends the asking."""
        ...

    def ask_again(self, attempt_ids: Collection[str], poll_at: datetime) -> None:
        """Ask about these later: the provider could not be asked."""
        ...

    def known_to(
        self, *, gateway: str, provider_ids: Collection[str], references: Collection[str]
    ) -> list[Attempt]: ...

    def doubt_unsent(self, *, since: datetime, due_at: datetime) -> None:
        """Whatever is not known to be accepted may have been sent since then: it is looked up first."""
        ...

    def end_all(self, letter_ids: Collection[str]) -> None:
        """End what is not yet handed over of these letters."""
        ...

    def count_by_state(self) -> dict[AttemptState, int]: ...

    def queues(self) -> dict[str, Queue]:
        """By gateway; without those at which nothing waits and nothing is on its way."""
        ...

    def hasten(self, *, gateway: str, now: datetime, settled_before: datetime) -> int:
        """What waits there is due now; what is in doubt only if it was handed over before then."""
        ...


class Events(Protocol):
    def append(self, events: Sequence[Event]) -> None:
        """Add to the history. Raises LostRace for a report that somebody else has kept by now."""
        ...

    def of_letter(self, letter_id: str) -> list[Event]: ...

    def printed_documents(self, letter_ids: Collection[str]) -> dict[str, str]:
        """By letter, the document that was printed last; without those that were never printed."""
        ...

    def known_reports(self, keys: Collection[str]) -> set[str]: ...

    def set_aside(self, report: Report, at: datetime) -> None:
        """Keep a report that belongs to no attempt we know (docs/faults.md row 22)."""
        ...

    def strays(self, limit: int) -> list[StrayReport]:
        """Those that nobody has seen to, oldest first."""
        ...

    def settle_stray(self, stray_id: str, *, by: str, at: datetime) -> None: ...
