"""Use cases of a letter that somebody brings along as PDF: it joins the batch as it is."""

import hashlib
import json
from dataclasses import dataclass
from typing import Final

from services import access
from services.access import Permission
from services.domain.documents import Rendered, RenderFailed, Upload
from services.domain.errors import NotFound, UserError
from services.domain.ids import new_id
from services.domain.layout import Layout
from services.domain.letter import Letter, Patient, Template
from services.domain.people import User
from services.domain.recipient import is_addressed_to
from services.domain.verdict import why_not_posted, why_not_theirs
from services.domain.vocabulary import Channel, Status
from services.importing import values
from services.letters import CONTENT_HASH, add_to_batch, brought, content_hashes, take_turns
from services.ports.clock import Clock
from services.ports.letters import Scope
from services.ports.renderer import Renderer
from services.ports.store import Store, UnitOfWork

NOTHING_ADDED: Final = "Nothing was added."
_LONGEST_REFERENCE, _LONGEST_TITLE = 60, 255  # characters


@dataclass(frozen=True, kw_only=True, slots=True)
class BroughtLetter:
    """A PDF and what is said of it, as it was typed.

    The template gives the letter's category and channels; its text is not used. Without a reference it gets
    one made from patient and file, so that adding it twice adds nothing.
    """

    nhs_number: str
    template_id: str
    title: str
    channel: Channel
    filename: str
    pdf: bytes
    reference: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Examined:
    """What is known of an upload before it becomes a letter.

    hindrance is why it can't be added by the channel asked for; empty where it can.
    """

    patient: Patient
    page_count: int
    layout: Layout
    hindrance: str

    @property
    def is_addressed_to_patient(self) -> bool:
        return is_addressed_to(self.layout.address, self.patient)


@dataclass(frozen=True, kw_only=True, slots=True)
class Added:
    """The letter in the batch; is_new is False where just this one was there before."""

    letter_id: str
    reference: str
    is_new: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Uploads:
    """Letters from PDFs, for those who may write letters; each is its user's own letter."""

    store: Store
    renderer: Renderer
    clock: Clock

    def patient(self, service_id: str, user: User, nhs_number: str) -> Patient:
        """Whose number that is. Raises NotAllowed, UserError for what is no number, NotFound."""
        scope = access.scope(user, Permission.WRITE)
        with self.store.read(service_id) as uow:
            return _patient(uow, nhs_number, scope)

    def templates(self, service_id: str, user: User) -> list[Template]:
        """The kinds of letter that there are, by name. Raises NotAllowed."""
        access.scope(user, Permission.WRITE)
        with self.store.read(service_id) as uow:
            return [template for template in uow.people.templates() if template.active]

    def examine(self, service_id: str, user: User, letter: BroughtLetter) -> Examined:
        """Look at it before anything is added. Raises NotAllowed, and UserError where it is no letter."""
        patient = self.patient(service_id, user, letter.nhs_number)
        document = self._document(letter)
        return Examined(
            patient=patient,
            page_count=document.page_count,
            layout=document.layout,
            hindrance=_hindrance(letter.channel, document, patient),
        )

    def add(self, service_id: str, user: User, letter: BroughtLetter) -> Added:
        """Add it to the batch, once. Raises NotAllowed, and UserError that says what to do.

        One that is to be posted has to keep the print rules and to show the patient's address. A reference
        that is there already adds nothing, or is refused where it is another letter's.
        """
        scope = access.scope(user, Permission.WRITE)
        title = _text("title", letter.title, _LONGEST_TITLE)
        document = self._document(letter)
        with self.store.begin(service_id) as uow:
            take_turns(uow)
            patient, template = _patient(uow, letter.nhs_number, scope), _template(uow, letter)
            if hindrance := _hindrance(letter.channel, document, patient):
                raise UserError(f"{hindrance} {NOTHING_ADDED} Choose another channel, or correct the letter.")
            new = self._new(letter, title, patient, template, user)
            content = _content_hash(letter, title, template, patient)
            if there := _there_already(uow, new.reference, content, scope):
                return there
            origin = {CONTENT_HASH: content, "file": letter.filename[:255], "sha256": _sha256(letter.pdf)}
            add_to_batch(uow, [brought(uow, new, document)], {new.id: origin})
            uow.commit()
        return Added(letter_id=new.id, reference=new.reference, is_new=True)

    def _document(self, letter: BroughtLetter) -> Rendered:
        made = self.renderer.inspect(Upload(pdf=letter.pdf))
        if isinstance(made, RenderFailed):
            raise UserError(f"{made.reason} {NOTHING_ADDED}")
        return made

    def _new(
        self, letter: BroughtLetter, title: str, patient: Patient, template: Template, user: User
    ) -> Letter:
        now = self.clock.now()
        return Letter(
            id=new_id(),
            reference=_reference(letter, patient),
            channel=letter.channel,
            status=Status.PENDING,
            status_at=now,
            created_at=now,
            title=title,
            fields={},
            patient=patient,
            template=template,
            created_by=user.id,
            created_by_name=user.name,
        )


def _patient(uow: UnitOfWork, written: str, scope: Scope) -> Patient:
    """Whose number it is. Those who write to their own patients alone have written to them before."""
    try:
        number = values.nhs_number(written)
    except ValueError as why:
        raise UserError(f"The NHS number {why}. {NOTHING_ADDED}") from why
    found = uow.people.patients([number]).get(number)
    if found is None or (scope.created_by and not uow.letters.any_to(found.id, scope)):
        raise NotFound(
            f"No patient with this NHS number is known here. {NOTHING_ADDED} Check the number; a new patient "
            "comes in with the first line of a CSV file."
        )
    return found


def _template(uow: UnitOfWork, letter: BroughtLetter) -> Template:
    for template in uow.people.templates():
        if template.id == letter.template_id:
            if not template.active:
                raise UserError(
                    f"The template “{template.name}” is retired. {NOTHING_ADDED} Choose another one."
                )
            if letter.channel not in template.channels:
                raise UserError(
                    f"The template “{template.name}” doesn't offer {letter.channel.label}. {NOTHING_ADDED}"
                )
            return template
    raise NotFound(f"There is no such template any more. {NOTHING_ADDED} Choose another one.")


def _hindrance(channel: Channel, document: Rendered, patient: Patient) -> str:
    if reason := why_not_theirs(document, patient):
        return reason
    return why_not_posted(document.layout, patient) if channel is Channel.H else ""


def _there_already(uow: UnitOfWork, reference: str, content: str, scope: Scope) -> Added | None:
    there = uow.letters.by_reference([reference]).get(reference)
    if there is None:
        return None
    if scope.created_by not in (None, there.created_by):
        raise UserError(f"This letter was added by somebody else before. {NOTHING_ADDED}")
    if content_hashes(uow, [reference])[reference] != content:
        raise UserError(
            f"The reference {reference} is that of another letter. {NOTHING_ADDED} Give this one a reference "
            "of its own."
        )
    if there.removed_at:
        raise UserError(
            f"This letter was in the batch and was removed from it. {NOTHING_ADDED} To add it again, give it "
            "a reference of its own."
        )
    return Added(letter_id=there.id, reference=reference, is_new=False)


def _reference(letter: BroughtLetter, patient: Patient) -> str:
    given = _text("reference", letter.reference, _LONGEST_REFERENCE, needed=False)
    made_of = f"{patient.nhs_number} {_sha256(letter.pdf)}".encode()
    return given or f"PDF-{_sha256(made_of)[:16].upper()}"


def _text(name: str, written: str, limit: int, *, needed: bool = True) -> str:
    try:
        text = values.text(written, limit=limit)
    except ValueError as why:
        raise UserError(f"The {name} {why}. {NOTHING_ADDED}") from why
    if needed and not text:
        raise UserError(f"The {name} is empty. {NOTHING_ADDED}")
    return text


def _content_hash(letter: BroughtLetter, title: str, template: Template, patient: Patient) -> str:
    """Of what makes the letter: whoever brings it, and when."""
    parts = [letter.channel, title, template.name, patient.nhs_number, _sha256(letter.pdf)]
    return _sha256(json.dumps(parts).encode())


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
