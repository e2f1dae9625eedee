"""Edit a letter that waits. What was queued stays as it was (docs/faults.md rows 28 and 29)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from services import access
from services.access import Permission
from services.audit import note
from services.contents import content_of
from services.domain.audit import Deed
from services.domain.errors import NotAllowed, NotFound, UserError
from services.domain.ids import new_id
from services.domain.letter import WRITTEN_TO, Event, Letter, Template
from services.domain.merge_fields import MergeFieldProblem
from services.domain.people import User
from services.domain.recipient import marks_of
from services.domain.verdict import why_not_edited
from services.ports.clock import Clock
from services.ports.renderer import Renderer
from services.ports.store import Store, UnitOfWork
from services.preview import Preview, preview
from services.writing import checked_fields, checked_title

_NOTHING: Final = "Nothing was saved."
CHANGED: Final = (
    f"Somebody else has changed this letter since you opened it. {_NOTHING} Begin again from what it says."
)
BEFORE: Final = "before"
"""Where the event of an edit keeps, in `raw`, what the letter said until then."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Edit:
    """Other words for a letter. read: what it said when the user began (see `said`).

    to_present: made from the template's present version, not from its own.
    """

    read: Mapping[str, Any]
    title: str
    fields: Mapping[str, str]
    to_present: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Editing:
    """Changes of a letter's own words.

    Each raises NotFound, and NotAllowed by role and for a letter that does not wait.
    """

    store: Store
    clock: Clock
    renderer: Renderer

    def open(self, service_id: str, user: User, letter_id: str) -> tuple[Letter, Template]:
        """The letter, and its template as it is now: the two may be of different versions."""
        with self.store.read(service_id) as uow:
            letter = _editable(uow, user, letter_id)
            return letter, _present(uow, letter)

    def look(self, service_id: str, user: User, letter_id: str, edit: Edit) -> Preview:
        """The letter as it would print."""
        with self.store.read(service_id) as uow:
            letter = _edited(uow, _editable(uow, user, letter_id), edit)
            service = uow.people.service()
        return preview(self.renderer, letter, service)

    def edit(self, service_id: str, user: User, letter_id: str, edit: Edit) -> None:
        """Save another title and other values of the merge fields.

        The letter is made into a new document, and the former one stays for whatever was sent or printed of
        it. Raises UserError, with nothing changed, where it can't say this, or was changed since it was read.
        """
        with self.store.begin(service_id) as uow:
            letter = _editable(uow, user, letter_id)
            if said(letter) != edit.read:
                raise UserError(CHANGED)
            edited = _edited(uow, letter, edit)
            _check(uow, edited)
            changed = uow.letters.patch_where(
                [letter],
                title=edited.title,
                fields=dict(edited.fields),
                template_version=edited.template.version,
            )
            if letter.id not in changed:
                raise UserError(CHANGED)
            uow.letters.unrender(changed)
            uow.events.append([self._event(letter, user)])
            note(uow, self.clock.now(), user.id, Deed.EDIT_LETTER, [letter.id])
            uow.commit()

    def _event(self, letter: Letter, user: User) -> Event:
        return Event(
            id=new_id(),
            letter_id=letter.id,
            at=self.clock.now(),
            kind="edited",
            channel=letter.channel,
            user_id=user.id,
            raw={BEFORE: said(letter), WRITTEN_TO: marks_of(letter.patient)},
        )


def said(letter: Letter) -> dict[str, Any]:
    """A letter's own words, and the version of the template that they stand in."""
    return {"title": letter.title, "fields": dict(letter.fields), "version": letter.template.version}


def _editable(uow: UnitOfWork, user: User, letter_id: str) -> Letter:
    found = uow.letters.get([letter_id], access.scope(user, Permission.WRITE))
    if not found:
        raise NotFound("There is no such letter, or none that you may edit.")
    if reason := why_not_edited(found[0]):
        raise NotAllowed(reason)
    return found[0]


def _present(uow: UnitOfWork, letter: Letter) -> Template:
    return next(each for each in uow.people.templates() if each.id == letter.template.id)


def _edited(uow: UnitOfWork, letter: Letter, edit: Edit) -> Letter:
    template = _present(uow, letter) if edit.to_present else letter.template
    fields = {**letter.fields, **checked_fields(template, edit.fields, _NOTHING)}
    return replace(letter, title=checked_title(edit.title, _NOTHING), fields=fields, template=template)


def _check(uow: UnitOfWork, letter: Letter) -> None:
    """A letter that could not be made into a PDF is not saved. Raises UserError."""
    try:
        content_of(letter, uow.people.service())
    except MergeFieldProblem as problem:
        raise UserError(f"{problem.reason} {_NOTHING} Fill it in.") from problem
