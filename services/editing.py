"""Edit a letter that waits. What was queued stays as it was (docs/faults.md rows 28 and 29)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from services import access
from services.access import Permission
from services.audit import note
from services.contents import content_of
from services.domain.audit import Deed
from services.domain.errors import NotAllowed, NotFound, UserError
from services.domain.ids import new_id
from services.domain.letter import WRITTEN_TO, Event, Letter
from services.domain.merge_fields import MergeFieldProblem
from services.domain.people import User
from services.domain.recipient import marks_of
from services.domain.verdict import why_not_edited
from services.ports.clock import Clock
from services.ports.store import Store, UnitOfWork

BEFORE: Final = "before"
"""Where the event of an edit keeps, in `raw`, what the letter said until then."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Editing:
    """Changes of a letter's own words."""

    store: Store
    clock: Clock

    def edit(
        self, service_id: str, user: User, letter_id: str, *, title: str, fields: Mapping[str, str]
    ) -> None:
        """Give the letter another title and other values of its merge fields.

        It is made into a new document, and the former one stays for whatever was sent or printed of it.
        Raises NotFound, NotAllowed by role, and UserError, with nothing changed: for a letter that does not
        wait, that can't say this, or that somebody else changed meanwhile.
        """
        with self.store.begin(service_id) as uow:
            letter = _editable(uow, user, letter_id)
            _check(uow, letter, title, fields)
            changed = uow.letters.patch_where([letter], title=title, fields=dict(fields))
            if letter.id not in changed:
                raise UserError(
                    "Somebody else has changed this letter just now. Nothing was saved: look at it again."
                )
            uow.letters.unrender(changed)
            uow.events.append([self._edited(letter, user)])
            note(uow, self.clock.now(), user.id, Deed.EDIT_LETTER, [letter.id])
            uow.commit()

    def _edited(self, letter: Letter, user: User) -> Event:
        return Event(
            id=new_id(),
            letter_id=letter.id,
            at=self.clock.now(),
            kind="edited",
            channel=letter.channel,
            user_id=user.id,
            raw={
                BEFORE: {"title": letter.title, "fields": dict(letter.fields)},
                WRITTEN_TO: marks_of(letter.patient),
            },
        )


def _editable(uow: UnitOfWork, user: User, letter_id: str) -> Letter:
    found = uow.letters.get([letter_id], access.scope(user, Permission.WRITE))
    if not found:
        raise NotFound("There is no such letter, or none that you may edit.")
    if reason := why_not_edited(found[0]):
        raise NotAllowed(reason)
    return found[0]


def _check(uow: UnitOfWork, letter: Letter, title: str, fields: Mapping[str, str]) -> None:
    """A letter that could not be made into a PDF is not saved. Raises UserError."""
    if not title.strip():
        raise UserError("The letter needs a title. Nothing was saved.")
    try:
        content_of(replace(letter, title=title, fields=dict(fields)), uow.people.service())
    except MergeFieldProblem as problem:
        raise UserError(f"{problem.reason} Nothing was saved: fill it in.") from problem
