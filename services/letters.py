"""Use cases of one letter: adding it to the batch."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.domain.ids import new_id
from services.domain.letter import WRITTEN_TO, Event, Letter
from services.domain.recipient import marks_of
from services.domain.vocabulary import Status
from services.ports.store import UnitOfWork


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
