"""The Worklist: failed and stuck letters in groups of what has to be done, each with an owner and a note."""

import sys
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from services import access
from services.access import Permission, acting_scope
from services.analytics.analytics import Analytics
from services.analytics.figure import Figure, stuck_by
from services.analytics.question import Question
from services.analytics.reason_groups import ReasonGroup
from services.audit import note
from services.batch.keeping import Keeping
from services.batch.results import BatchResult
from services.domain.audit import Deed
from services.domain.errors import UserError
from services.domain.ids import new_id
from services.domain.letter import Event, Letter
from services.domain.people import User
from services.domain.reason import in_words
from services.domain.vocabulary import Channel, Status
from services.importing import values
from services.listing.filters import ANY_STATUS, STUCK, Filters
from services.listing.listing import Listing
from services.listing.names import patient_reference
from services.listing.sort import Sort
from services.ports.clock import Clock
from services.ports.store import Store

LONGEST_NOTE: Final = 500  # characters
_NO_WORD: Final = "Sent, and no word in time"
_NOTHING: Final = "Nothing was saved."
_STUCK: Final = "Ask the delivery provider or the practice; print it if it can't wait"


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """A letter on the list: since when it stands so and why, the practice's ODS code ("" for none), whose
    work it is by id and name (both empty: nobody's), and a note.

    patient is a reference, and the note is empty, for those who may not see who it is.
    """

    letter_id: str
    reference: str
    patient: str
    since: datetime
    reason: str
    practice: str
    owner_id: str
    owner: str
    note: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """Letters of one channel of which the same has to be done, the longest waiting first.

    why: about what they failed; None where they are stuck.
    """

    channel: Channel
    why: ReasonGroup | None
    items: tuple[Item, ...]

    @property
    def step(self) -> str:
        return self.why.next_step if self.why else _STUCK

    def query(self, today: date, practice: str | None = None) -> dict[str, str]:
        """Where the same letters are in the table; those of one practice where it is given."""
        chosen = {} if practice is None else {"practice": practice}
        if self.why is None:
            return stuck_by(self.channel, today, **chosen)
        question = Question.ever(today, channel=self.channel.value, group=self.why.value, **chosen)
        return {"status": ANY_STATUS, "behind": Figure(measure="open_failures", question=question).to_word()}


@dataclass(frozen=True, kw_only=True, slots=True)
class Worklist:
    """The use cases of the Worklist page. Each raises NotAllowed by role."""

    store: Store
    clock: Clock
    listing: Callable[[str], Listing]
    analytics: Callable[[str], Analytics]
    keeping: Keeping

    def groups(self, service_id: str, user: User) -> list[Group]:
        """All that failed and is open, and all that is stuck, of the letters that the user sees; the largest
        group first. Nothing is cut off: what is not on the list nobody works on.
        """
        scope = access.scope(user, Permission.SEE_LETTERS)
        failures = self.analytics(service_id).open_failures()
        stuck_ids = self.listing(service_id).ids(
            user, Filters(status=frozenset({STUCK})), Sort(), sys.maxsize
        )
        with self.store.read(service_id) as uow:
            names = {each.id: each.name for each in uow.people.users()}
            seen = {
                each.id: each
                for each in uow.letters.get([*(each.letter_id for each in failures), *stuck_ids], scope)
            }
        sees = access.may(user, Permission.SEE_PATIENTS)
        items = {letter_id: _item(letter, names, sees=sees) for letter_id, letter in seen.items()}
        found: dict[tuple[Channel, ReasonGroup | None], list[Item]] = {}
        for failure in failures:
            if item := items.get(failure.letter_id):
                found.setdefault((failure.channel, ReasonGroup(failure.group)), []).append(item)
        for letter_id in stuck_ids:
            if item := items.get(letter_id):
                found.setdefault((seen[letter_id].channel, None), []).append(item)
        groups = [
            Group(channel=channel, why=why, items=tuple(sorted(items, key=lambda item: item.since)))
            for (channel, why), items in found.items()
        ]
        return sorted(groups, key=lambda group: -len(group.items))

    def close(self, service_id: str, user: User, ids: Collection[str], words: str) -> BatchResult:
        """End the work on failed letters, with a note on why. Raises UserError."""
        return self.keeping.close(service_id, user, ids, _note_of(words))

    def take_over(self, service_id: str, user: User, ids: Collection[str]) -> int:
        """Make these letters the user's work; returns how many."""
        return self._write(service_id, user, ids, "take_over", "", owner_id=user.id)

    def give_back(self, service_id: str, user: User, ids: Collection[str]) -> int:
        """Make these letters nobody's work; returns how many."""
        return self._write(service_id, user, ids, "give_back", "", owner_id=None)

    def remark(self, service_id: str, user: User, ids: Collection[str], words: str) -> int:
        """Write a note to these letters, in their history too; returns how many. Raises UserError."""
        text = _note_of(words)
        return self._write(service_id, user, ids, "remark", text, work_note=text)

    def _write(
        self, service_id: str, user: User, ids: Collection[str], kind: str, words: str, **changes: str | None
    ) -> int:
        now = self.clock.now()
        with self.store.begin(service_id) as uow:
            letters = uow.letters.get(ids, acting_scope(uow, user))
            uow.letters.patch([letter.id for letter in letters], **changes)
            uow.events.append([_event(letter, user, kind, words, now) for letter in letters])
            note(uow, now, user.id, Deed.WORK, [letter.id for letter in letters], kind=kind)
            uow.commit()
        return len(letters)


def _note_of(words: str) -> str:
    try:
        text = values.text(words, limit=LONGEST_NOTE)
    except ValueError as why:
        raise UserError(f"The note {why}. {_NOTHING}") from why
    if not text:
        raise UserError(f"The note is empty. {_NOTHING}")
    return text


def _item(letter: Letter, names: dict[str, str], *, sees: bool) -> Item:
    return Item(
        letter_id=letter.id,
        reference=letter.reference,
        patient=letter.patient.name if sees else patient_reference(letter.patient.id),
        since=letter.status_at,
        reason=in_words(letter.reason, letter.reason_code) if letter.status is Status.FAILED else _NO_WORD,
        practice=letter.patient.practice.ods_code if letter.patient.practice else "",
        owner_id=letter.owner_id or "",
        owner=names.get(letter.owner_id or "", ""),
        note=letter.work_note if sees else "",
    )


def _event(letter: Letter, user: User, kind: str, words: str, at: datetime) -> Event:
    return Event(
        id=new_id(),
        letter_id=letter.id,
        at=at,
        kind=kind,
        channel=letter.channel,
        user_id=user.id,
        reason=words,
    )
