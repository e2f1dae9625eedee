"""Some lines of the file, written to the store in one transaction."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from difflib import get_close_matches
from typing import Final

from services.domain.ids import new_id
from services.domain.letter import Event, Letter, Template
from services.domain.merge_fields import fields_in
from services.domain.vocabulary import Status
from services.importing.columns import FIELD_PREFIX, WRITTEN_FIELDS
from services.importing.draft import Draft, LineRefused
from services.importing.people import Known
from services.letters import add_to_batch
from services.ports.store import UnitOfWork

_HASH: Final = "content_hash"


class Chunk:
    """The lines of one transaction, and what the store knows of those whom they name."""

    def __init__(self, work: UnitOfWork, drafts: Sequence[Draft], now: datetime) -> None:
        # Saving takes the service's change number, whose row stays locked until the commit: two imports of
        # one file at once take turns here, and the second sees all that the first has added.
        work.people.save_practices([])
        self._work = work
        self._now = now
        self._hashes = _hashes_of(work, drafts)
        self._templates = {template.name: template for template in work.people.templates()}
        self._known = Known(
            users={user.username.casefold(): user for user in work.people.users()},
            practices={practice.ods_code: practice for practice in work.people.practices()},
            patients=work.people.patients({draft.nhs_number for draft in drafts}),
        )
        self._letters: list[Letter] = []

    def take(self, draft: Draft) -> bool:
        """Add the letter of one line; False where it is there already. Raises LineRefused."""
        if draft.reference in self._hashes:
            if self._hashes[draft.reference] != draft.content_hash:
                raise LineRefused(["reference is there already, with other content"])
            return False
        problems = _template_problems(draft, self._templates) + self._known.problems(draft)
        if problems:
            raise LineRefused(problems)
        self._letters.append(self._letter(draft))
        self._hashes[draft.reference] = draft.content_hash
        return True

    def save(self) -> None:
        """Write all that was taken; the caller commits."""
        self._work.people.save_users(self._known.new_users.values())
        self._work.people.save_practices(self._known.new_practices.values())
        self._work.people.save_patients(self._known.changed_patients.values())
        origins = {letter.id: {_HASH: self._hashes[letter.reference]} for letter in self._letters}
        add_to_batch(self._work, self._letters, origins)

    def _letter(self, draft: Draft) -> Letter:
        user = self._known.creator(draft)
        return Letter(
            id=new_id(),
            reference=draft.reference,
            channel=draft.channel,
            status=Status.PENDING,
            status_at=self._now,
            created_at=draft.created,
            title=draft.title,
            fields=draft.fields,
            patient=self._known.patient(draft),
            template=self._templates[draft.template],
            created_by=user.id,
            created_by_name=user.name,
        )


def _hashes_of(work: UnitOfWork, drafts: Sequence[Draft]) -> dict[str, str]:
    """By reference, what the letters that are there already were imported from; empty for other letters.

    It stands in the history, since the letter itself may have changed since: its channel, its patient.
    """
    there = work.letters.by_reference({draft.reference for draft in drafts})
    return {
        reference: _imported_from(work.events.of_letter(letter.id)) for reference, letter in there.items()
    }


def _imported_from(history: Sequence[Event]) -> str:
    return next((event.raw[_HASH] for event in history if event.raw and _HASH in event.raw), "")


def _template_problems(draft: Draft, templates: Mapping[str, Template]) -> list[str]:
    template = templates.get(draft.template)
    if template is None:
        nearest = get_close_matches(draft.template, templates, n=1)
        return ["template does not exist" + (f" (did you mean “{nearest[0]}”?)" if nearest else "")]
    problems = []
    if draft.channel not in template.channels:
        allowed = ", ".join(sorted(template.channels))
        problems.append(f"channel {draft.channel} is not one of its template's ({allowed})")
    missing = (fields_in(template.body) & WRITTEN_FIELDS) - draft.fields.keys()
    return problems + [
        f"{FIELD_PREFIX}{name} is empty, and the template needs it" for name in sorted(missing)
    ]
