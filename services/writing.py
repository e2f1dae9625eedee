"""Writing a letter: from a template and a patient's record into the batch (docs/product.md section 6)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Final

from services import access
from services.access import Permission
from services.contents import content_of, fingerprint
from services.domain.errors import NotFound, UserError
from services.domain.ids import new_id
from services.domain.letter import Letter, Patient, Template
from services.domain.merge_fields import FREE_TEXT, MergeFieldProblem, asked_for
from services.domain.people import Service, User
from services.domain.recipient import missing
from services.domain.vocabulary import Channel, Status
from services.importing import values
from services.letters import add_to_batch, take_turns
from services.patient_records import patient_in
from services.ports.clock import Clock
from services.ports.renderer import Renderer
from services.ports.store import Store, UnitOfWork
from services.preview import Preview, preview

LONGEST_TITLE: Final = 255  # characters
LONGEST: Final = {FREE_TEXT: 8_000}
LONGEST_VALUE: Final = 200
_PAPER: Final = frozenset({Channel.H, Channel.PRINT})
_NOTHING: Final = "Nothing was added."


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """A letter as it was typed, and the channels that it shall go by: each makes a letter of its own.

    key is made when the form is opened: added twice, it adds nothing.
    """

    key: str
    patient_id: str
    template_id: str
    title: str
    fields: Mapping[str, str]
    channels: frozenset[Channel]


@dataclass(frozen=True, kw_only=True, slots=True)
class Writing:
    """The use cases of writing. Each raises NotAllowed by role, and NotFound for others' patients."""

    store: Store
    clock: Clock
    renderer: Renderer

    def templates(self, service_id: str, user: User) -> list[Template]:
        """Those that a letter may be made from, by name."""
        access.check(user, Permission.WRITE)
        with self.store.read(service_id) as uow:
            return [template for template in uow.people.templates() if template.active]

    def look(self, service_id: str, user: User, draft: Draft, channel: Channel) -> Preview:
        """The letter of one of the draft's channels as it would print; its mark stands for all of them."""
        with self.store.read(service_id) as uow:
            letters, service = self._letters(uow, user, draft), uow.people.service()
            shown = next(letter for letter in letters if letter.channel is channel)
            try:
                mark = _mark(letters, service)
            except MergeFieldProblem as problem:
                return Preview(problem=problem.reason)
        seen = preview(self.renderer, shown, service)
        return seen if seen.problem else replace(seen, mark=mark)

    def add(self, service_id: str, user: User, draft: Draft, seen: str) -> list[Letter]:
        """Add to the batch what was `seen` (the mark of a preview): a letter for each channel, linked.

        Raises UserError, with nothing added, where it can't be sent so, or would say something else by now.
        """
        with self.store.begin(service_id) as uow:
            take_turns(uow)
            letters, service = self._letters(uow, user, draft), uow.people.service()
            there = uow.letters.by_reference([letter.reference for letter in letters])
            if there:
                return list(there.values())
            try:
                mark = _mark(letters, service)
            except MergeFieldProblem as problem:
                raise UserError(f"{problem.reason} {_NOTHING} Fill it in.") from problem
            if mark != seen:
                raise UserError(
                    "The record, the template or the letterhead has changed since the preview. "
                    f"{_NOTHING} Look at the letter as it is now, and add it then."
                )
            add_to_batch(uow, letters)
            uow.commit()
        return letters

    def _letters(self, uow: UnitOfWork, user: User, draft: Draft) -> list[Letter]:
        """Raises UserError for what can't be a letter."""
        patient = patient_in(uow, draft.patient_id, access.scope(user, Permission.WRITE))
        template = _template(uow, draft)
        channels = _channels(draft, template, patient)
        title, fields = checked_title(draft.title, _NOTHING), checked_fields(template, draft.fields, _NOTHING)
        now, pair = self.clock.now(), new_id() if len(channels) > 1 else None
        return [
            Letter(
                id=new_id(),
                reference=_reference(draft, channel),
                channel=channel,
                status=Status.PENDING,
                status_at=now,
                created_at=now,
                title=title,
                fields=fields,
                patient=patient,
                template=template,
                created_by=user.id,
                created_by_name=user.name,
                pair=pair,
            )
            for channel in channels
        ]


def ways(template: Template, patient: Patient) -> dict[Channel, str]:
    """The channels that the template offers, each with what the record lacks for it; empty: it can go."""
    return {
        channel: "; ".join(missing(patient, channel)) for channel in Channel if channel in template.offered
    }


def copies(template: Template, chosen: frozenset[Channel], patient: Patient) -> list[Channel]:
    """The channels of the letters that come of a choice.

    In dual mode a paper copy for the patient joins an electronic letter where none was chosen: by hybrid
    mail if that is possible, else to be printed.
    """
    channels = set(chosen)
    if template.dual_mode and channels and not channels & _PAPER:
        by_post = ways(template, patient).get(Channel.H, "not offered") == ""
        channels.add(Channel.H if by_post else Channel.PRINT)
    return [channel for channel in Channel if channel in channels]


def checked_title(written: str, nothing: str) -> str:
    """One line that says something. Raises UserError, which ends with `nothing`."""
    try:
        title = values.text(written, limit=LONGEST_TITLE)
    except ValueError as why:
        raise UserError(f"The title {why}. {nothing}") from why
    if not title:
        raise UserError(f"The letter needs a title. {nothing}")
    return title


def checked_fields(template: Template, written: Mapping[str, str], nothing: str) -> dict[str, str]:
    """The values of the fields that the template asks for; any other is left out.

    Raises UserError, which ends with `nothing`.
    """
    fields = {}
    for name in asked_for(template.body):
        limit = LONGEST.get(name, LONGEST_VALUE)
        try:
            fields[name] = values.text(written.get(name, ""), limit=limit, lines=name == FREE_TEXT)
        except ValueError as why:
            raise UserError(f"The field “{name}” {why}. {nothing}") from why
    return fields


def _template(uow: UnitOfWork, draft: Draft) -> Template:
    for template in uow.people.templates():
        if template.id == draft.template_id and template.active:
            return template
    raise NotFound(f"This template was retired meanwhile. {_NOTHING} Choose another one.")


def _channels(draft: Draft, template: Template, patient: Patient) -> list[Channel]:
    offered = ways(template, patient)
    if not draft.channels:
        raise UserError(f"Choose how the letter shall go. {_NOTHING}")
    for channel in draft.channels:
        if channel not in offered:
            raise UserError(f"The template “{template.name}” doesn't offer {channel.label}. {_NOTHING}")
        if offered[channel]:
            raise UserError(f"{channel.label} is not possible: {offered[channel]}. {_NOTHING}")
    return copies(template, draft.channels, patient)


def _reference(draft: Draft, channel: Channel) -> str:
    return f"LET-{sha256(f'{draft.key} {channel}'.encode()).hexdigest()[:12].upper()}"


def _mark(letters: Sequence[Letter], service: Service) -> str:
    """What these letters say now, as a short text. Raises MergeFieldProblem where a field can't be filled."""
    marks = " ".join(fingerprint(content_of(letter, service)) for letter in letters)
    return sha256(marks.encode()).hexdigest()
