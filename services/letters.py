"""Use cases of one letter: adding it to the batch."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from services.domain.audit import Deed, Entry
from services.domain.documents import Rendered
from services.domain.ids import new_id
from services.domain.letter import WRITTEN_TO, Event, Letter
from services.domain.recipient import marks_of
from services.domain.vocabulary import Status
from services.ports.store import UnitOfWork
from services.rendering import facts_of, problem_of

UNREAD: Final = "Its pages are pictures: nobody could read whose letter it is. Look at it before it goes."
CONTENT_HASH: Final = "content_hash"
"""Where the origin of a letter keeps what it was made from: the same letter, brought again, has the same."""


def add_to_batch(
    uow: UnitOfWork, letters: Sequence[Letter], origins: Mapping[str, Mapping[str, Any]] | None = None
) -> None:
    """Write new letters at Pending, each with the first event of its history; the caller commits.

    `origins`, by letter id, is kept with that event: where the letter came from. So is to whom it was written
    (recipient.marks_of), for it to be seen when that has changed since.
    Raises ValueError for a letter that is not Pending.
    """
    if any(letter.status is not Status.PENDING for letter in letters):
        raise ValueError("A letter comes into the batch at Pending.")
    uow.letters.add(letters)
    uow.events.append([_created(letter, (origins or {}).get(letter.id)) for letter in letters])
    uow.audit.append([_added(letter) for letter in letters])


def take_turns(uow: UnitOfWork) -> None:
    """Whoever adds letters by their reference waits here for the others, and then sees all that they added.

    Saving takes the service's change number, whose row stays locked until the commit.
    """
    uow.people.save_practices([])


def brought(uow: UnitOfWork, letter: Letter, document: Rendered) -> Letter:
    """The letter as an uploaded one: its document, stored at the time of its status, and nothing else."""
    facts = facts_of(document)
    return replace(
        letter,
        uploaded=True,
        document_id=uow.documents.add(document.pdf, facts, letter.status_at),
        window=document.layout.address,
        post_problem=problem_of(facts),
        warning="" if document.text.strip() else UNREAD,
    )


def content_hashes(uow: UnitOfWork, references: Collection[str]) -> dict[str, str]:
    """By reference, what the letters that are there already were made from; empty where nobody noted it.

    It stands in the history, since the letter itself may have changed since: its channel, its patient.
    """
    there = uow.letters.by_reference(references)
    return {reference: _made_from(uow.events.of_letter(letter.id)) for reference, letter in there.items()}


def _made_from(history: Sequence[Event]) -> str:
    return next((event.raw[CONTENT_HASH] for event in history if event.raw and CONTENT_HASH in event.raw), "")


def _added(letter: Letter) -> Entry:
    return Entry(at=letter.status_at, deed=Deed.ADD_LETTER, user_id=letter.created_by, letter_id=letter.id)


def _created(letter: Letter, origin: Mapping[str, Any] | None) -> Event:
    return Event(
        id=new_id(),
        letter_id=letter.id,
        at=letter.status_at,
        kind="created",
        channel=letter.channel,
        to_status=letter.status,
        user_id=letter.created_by,
        raw={**(origin or {}), WRITTEN_TO: marks_of(letter.patient)},
    )
