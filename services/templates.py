"""Templates of letters: written, changed, previewed and retired by a superuser (docs/adr/0018)."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from services.access import Permission, check
from services.audit import note
from services.domain.audit import Deed
from services.domain.errors import NotFound, UserError
from services.domain.ids import new_id
from services.domain.letter import Letter, Patient, Practice, Template, TemplateVersion
from services.domain.merge_fields import FREE_TEXT, check_body
from services.domain.people import User
from services.domain.vocabulary import Channel, Status
from services.importing import values
from services.ports.clock import Clock
from services.ports.renderer import Renderer
from services.ports.store import Store, UnitOfWork
from services.preview import Preview, preview

LONGEST_BODY: Final = 20_000  # characters
_LONGEST_NAME: Final = 255
_NOTHING: Final = "Nothing was saved."

SAMPLE_PATIENT: Final = Patient(
    id="sample",
    nhs_number="9990000018",
    surname="Example",
    forename="Ada",
    date_of_birth=date(1990, 5, 3),
    address=("7 Mill Row", "Sampleton", "ZZ99 3WZ"),
    mobile="07700 900001",
    sms_consent=True,
    practice=Practice(
        id="sample",
        ods_code="Y90001",
        name="Sample Surgery",
        address=("1 High Street", "Sampleton", "ZZ99 3WZ"),
    ),
)
"""Nobody: the NHS number is of the range that is given to no patient."""
SAMPLE_VALUES: Final = {
    "appointment_date": "Thursday 3 December 2026",
    "appointment_time": "14:05",
    "appointment_place": "Room 2, first floor",
    FREE_TEXT: "Here stands what the writer adds.\n\nIt may have several paragraphs.",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """A template as it was typed."""

    name: str
    category: str
    body: str
    channels: frozenset[Channel]
    dual_mode: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Templates:
    """The use cases of the Templates page. Each raises NotAllowed by role."""

    store: Store
    clock: Clock
    renderer: Renderer

    def all(self, service_id: str, user: User) -> list[Template]:
        """Every template by name, the retired ones too."""
        check(user, Permission.TEMPLATES)
        with self.store.read(service_id) as uow:
            return uow.people.templates()

    def versions(self, service_id: str, user: User, template_id: str) -> list[TemplateVersion]:
        """Every body that the template had, the present one first, with who saved it."""
        check(user, Permission.TEMPLATES)
        with self.store.read(service_id) as uow:
            names = {each.id: each.name for each in uow.people.users()}
            versions = uow.people.versions_of(template_id)
        return [replace(each, user_id=names.get(each.user_id, each.user_id)) for each in versions]

    def preview(self, service_id: str, user: User, draft: Draft, channel: Channel) -> Preview:
        """How a letter to, or about, the sample patient would look by this channel."""
        check(user, Permission.TEMPLATES)
        with self.store.read(service_id) as uow:
            service = uow.people.service()
        letter = sample_letter(draft, channel, user, self.clock)
        return preview(self.renderer, letter, service)

    def add(self, service_id: str, user: User, draft: Draft) -> Template:
        """Save a new template. Raises UserError, with all that is wrong and nothing saved."""
        check(user, Permission.TEMPLATES)
        new = _template(draft, new_id())
        return self._save(service_id, user, new, seen=None)

    def change(self, service_id: str, user: User, seen: Template, draft: Draft) -> Template:
        """Change the template that the user has `seen`; another body becomes its next version.

        Letters that are there keep the body that they were made from. Raises UserError, with nothing saved,
        also where somebody else has changed it meanwhile.
        """
        check(user, Permission.TEMPLATES)
        changed = replace(_template(draft, seen.id), active=seen.active)
        return self._save(service_id, user, changed, seen=seen)

    def retire(self, service_id: str, user: User, seen: Template) -> Template:
        """No new letter is made from it. Those that are there go their way."""
        check(user, Permission.TEMPLATES)
        return self._save(service_id, user, replace(seen, active=False), seen=seen)

    def bring_back(self, service_id: str, user: User, seen: Template) -> Template:
        """A retired template may be used again."""
        check(user, Permission.TEMPLATES)
        return self._save(service_id, user, replace(seen, active=True), seen=seen)

    def _save(self, service_id: str, user: User, template: Template, seen: Template | None) -> Template:
        now = self.clock.now()
        with self.store.begin(service_id) as uow:
            others = [each for each in uow.people.templates() if each.id != template.id]
            _is_as_seen(uow, template.id, seen)
            if any(each.name.casefold() == template.name.casefold() for each in others):
                raise UserError(f"There is a template “{template.name}” already. {_NOTHING}")
            uow.people.save_templates([template], by=user.id, at=now)
            saved = _there(uow, template.id)
            changed = [name for name in _FIELDS if seen and getattr(seen, name) != getattr(saved, name)]
            deed = Deed.CHANGE_TEMPLATE
            note(uow, now, user.id, deed, template=saved.name, version=saved.version, changed=changed)
            uow.commit()
        return saved


_FIELDS: Final = ("name", "category", "body", "channels", "dual_mode", "active")


def problems(draft: Draft) -> list[str]:
    """All that keeps a draft from being saved, each as a sentence; a wrong merge field with its line."""
    return [
        *_text_problems("name", draft.name),
        *_text_problems("category", draft.category),
        *_body_problems(draft.body),
        *_channel_problems(draft),
    ]


def _text_problems(name: str, written: str) -> list[str]:
    try:
        text = values.text(written, limit=_LONGEST_NAME)
    except ValueError as why:
        return [f"The {name} {why}."]
    return [] if text else [f"The {name} is empty."]


def _body_problems(body: str) -> list[str]:
    try:
        text = values.text(body, limit=LONGEST_BODY, lines=True)
    except ValueError as why:
        return [f"The text {why}."]
    return [each.reason for each in check_body(body)] if text else ["The text is empty."]


def _channel_problems(draft: Draft) -> list[str]:
    if not draft.channels:
        return ["Choose at least one channel."]
    if draft.dual_mode and not draft.channels & {Channel.GP, Channel.E}:
        return ["A paper copy goes with an electronic letter: offer GP electronic or patient electronic."]
    return []


def _template(draft: Draft, template_id: str) -> Template:
    if found := problems(draft):
        raise UserError(" ".join([*found, _NOTHING]))
    return Template(
        id=template_id,
        name=draft.name.strip(),
        category=draft.category.strip(),
        body=draft.body.strip(),
        channels=draft.channels,
        dual_mode=draft.dual_mode,
    )


def _there(uow: UnitOfWork, template_id: str) -> Template:
    found = [each for each in uow.people.templates() if each.id == template_id]
    if not found:
        raise NotFound(f"There is no such template any more. {_NOTHING}")
    return found[0]


def _is_as_seen(uow: UnitOfWork, template_id: str, seen: Template | None) -> None:
    if seen is not None and _there(uow, template_id) != seen:
        raise UserError(
            f"Somebody else has changed this template meanwhile. {_NOTHING} Open it again to see "
            "what it says now."
        )


def sample_letter(draft: Draft, channel: Channel, user: User, clock: Clock) -> Letter:
    """A letter of this draft to nobody, for a preview."""
    now = clock.now()
    return Letter(
        id="sample",
        reference="SAMPLE",
        channel=channel,
        status=Status.PENDING,
        status_at=now,
        created_at=now,
        title=draft.name.strip() or "Title of the letter",
        fields=SAMPLE_VALUES,
        patient=SAMPLE_PATIENT,
        template=Template(
            id="sample", name=draft.name, category=draft.category, body=draft.body, channels=draft.channels
        ),
        created_by=user.id,
        created_by_name=user.name,
    )
