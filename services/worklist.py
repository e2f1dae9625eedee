"""The Worklist: failed and stuck letters in groups of what has to be done, each with an owner and a note."""

import sys
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from services import access
from services.access import Permission, acting_scope
from services.analytics.analytics import Analytics
from services.analytics.figure import Figure
from services.analytics.question import Question
from services.analytics.reason_groups import ReasonGroup
from services.audit import note
from services.domain.audit import Deed
from services.domain.errors import UserError
from services.domain.ids import new_id
from services.domain.letter import Event, Letter
from services.domain.local_time import LONDON
from services.domain.people import User
from services.domain.vocabulary import Channel
from services.importing import values
from services.listing.filters import STUCK, Filters
from services.listing.listing import Listing
from services.listing.names import patient_reference
from services.listing.sort import Sort
from services.ports.clock import Clock
from services.ports.store import Store

LONGEST_NOTE: Final = 500  # characters
_NOTHING: Final = "Nothing was saved."
_STUCK: Final = "Ask the delivery provider or the practice; print it if it can't wait"


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """A letter on the list: since when it stands so, whose work it is (empty: nobody's), and a note.

    patient is a reference, and the note is empty, for those who may not see who it is.
    """

    letter_id: str
    reference: str
    patient: str
    since: datetime
    owner: str
    note: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """Letters of which the same has to be done. query is the address that leads to them in the table."""

    step: str
    reason: str
    channel: Channel
    query: dict[str, str]
    items: tuple[Item, ...]

    @property
    def oldest(self) -> datetime:
        return min(item.since for item in self.items)


@dataclass(frozen=True, kw_only=True, slots=True)
class Worklist:
    """The use cases of the Worklist page. Each raises NotAllowed by role."""

    store: Store
    clock: Clock
    listing: Callable[[str], Listing]
    analytics: Callable[[str], Analytics]

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
            ids = [letter_id for failure in failures for letter_id in failure.letters]
            seen = {each.id: each for each in uow.letters.get([*ids, *stuck_ids], scope)}
        sees = access.may(user, Permission.SEE_PATIENTS)

        def items(wanted: Collection[str]) -> tuple[Item, ...]:
            there = (seen[letter_id] for letter_id in wanted if letter_id in seen)
            return tuple(sorted((_item(each, names, sees) for each in there), key=lambda each: each.since))

        groups = [
            Group(
                step=ReasonGroup(failure.group).next_step,
                reason=failure.reason or failure.code,
                channel=failure.channel,
                query={"status": "any", "behind": self._behind(failure.channel, failure.code)},
                items=items(failure.letters),
            )
            for failure in failures
        ]
        groups += [
            Group(
                step=_STUCK,
                reason="Sent, and no word in time",
                channel=channel,
                query={"status": STUCK},
                items=items([each for each in stuck_ids if each in seen and seen[each].channel is channel]),
            )
            for channel in Channel
        ]
        return sorted((group for group in groups if group.items), key=lambda group: -len(group.items))

    def take_over(self, service_id: str, user: User, ids: Collection[str]) -> int:
        """Make these letters the user's work; returns how many."""
        return self._write(service_id, user, ids, "take_over", "", owner_id=user.id)

    def remark(self, service_id: str, user: User, ids: Collection[str], words: str) -> int:
        """Write a note to these letters, in their history too; returns how many. Raises UserError."""
        try:
            text = values.text(words, limit=LONGEST_NOTE)
        except ValueError as why:
            raise UserError(f"The note {why}. {_NOTHING}") from why
        if not text:
            raise UserError(f"The note is empty. {_NOTHING}")
        return self._write(service_id, user, ids, "remark", text, work_note=text)

    def _write(
        self, service_id: str, user: User, ids: Collection[str], kind: str, words: str, **changes: str
    ) -> int:
        now = self.clock.now()
        with self.store.begin(service_id) as uow:
            letters = uow.letters.get(ids, acting_scope(uow, user))
            uow.letters.patch([letter.id for letter in letters], **changes)
            uow.events.append([_event(letter, user, kind, words, now) for letter in letters])
            note(uow, now, user.id, Deed.WORK, [letter.id for letter in letters], kind=kind)
            uow.commit()
        return len(letters)

    def _behind(self, channel: Channel, code: str) -> str:
        today = self.clock.now().astimezone(LONDON).date()
        chosen = {"channel": channel.value, "code": code}
        ever = Question(start=today - timedelta(days=1000), end=today, chosen=chosen)
        return Figure(measure="open_failures", question=ever).to_word()


def _item(letter: Letter, names: dict[str, str], sees: bool) -> Item:
    return Item(
        letter_id=letter.id,
        reference=letter.reference,
        patient=letter.patient.name if sees else patient_reference(letter.patient.id),
        since=letter.status_at,
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
