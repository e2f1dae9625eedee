"""Some lines of the file, written to the store in one transaction."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from difflib import get_close_matches

from services.domain.ids import new_id
from services.domain.letter import Letter, Template
from services.domain.merge_fields import asked_for
from services.domain.verdict import why_not_posted, why_not_theirs
from services.domain.vocabulary import Channel, Status
from services.importing.columns import FIELD_PREFIX
from services.importing.draft import Draft, LineRefused
from services.importing.people import Known
from services.letters import CONTENT_HASH, add_to_batch, brought, content_hashes, take_turns
from services.ports.store import UnitOfWork


class Chunk:
    """The lines of one transaction, and what the store knows of those whom they name."""

    def __init__(self, work: UnitOfWork, drafts: Sequence[Draft], now: datetime) -> None:
        take_turns(work)
        self._work = work
        self._now = now
        self._hashes = content_hashes(work, {draft.reference for draft in drafts})
        self._templates = {template.name: template for template in work.people.templates()}
        self._known = Known(
            users={user.username.casefold(): user for user in work.people.users()},
            practices={practice.ods_code: practice for practice in work.people.practices()},
            patients=work.people.patients({draft.nhs_number for draft in drafts}),
        )
        self._letters: list[Letter] = []
        self._origins: dict[str, dict[str, str]] = {}

    def take(self, draft: Draft) -> bool:
        """Add the letter of one line; False where it is there already. Raises LineRefused."""
        if draft.reference in self._hashes:
            if self._hashes[draft.reference] != draft.content_hash:
                raise LineRefused(["reference is there already, with other content"])
            return False
        problems = [
            *_template_problems(draft, self._templates),
            *self._known.problems(draft),
            *self._file_problems(draft),
        ]
        if problems:
            raise LineRefused(problems)
        letter = self._letter(draft)
        self._letters.append(brought(self._work, letter, draft.file.document) if draft.file else letter)
        self._origins[letter.id] = {
            CONTENT_HASH: draft.content_hash,
            **(draft.file.origin if draft.file else {}),
        }
        self._hashes[draft.reference] = draft.content_hash
        return True

    def save(self) -> None:
        """Write all that was taken; the caller commits."""
        self._work.people.save_users(self._known.new_users.values())
        self._work.people.save_practices(self._known.new_practices.values())
        self._work.people.save_patients(self._known.changed_patients.values())
        add_to_batch(self._work, self._letters, self._origins)

    def _file_problems(self, draft: Draft) -> list[str]:
        """A PDF of somebody else, or one that may not be posted. What we render is seen to when it goes."""
        if draft.file is None:
            return []
        document, patient = draft.file.document, self._known.as_said(draft)
        reason = why_not_theirs(document, patient)
        if not reason and draft.channel is Channel.H:
            reason = why_not_posted(document.layout, patient)
        return [f"pdf “{draft.file.name}”: {reason}"] if reason else []

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


def _template_problems(draft: Draft, templates: Mapping[str, Template]) -> list[str]:
    template = templates.get(draft.template)
    if template is None:
        nearest = get_close_matches(draft.template, templates, n=1)
        return ["template does not exist" + (f" (did you mean “{nearest[0]}”?)" if nearest else "")]
    problems = [] if template.active else ["template is retired: no new letter is made from it"]
    if draft.channel not in template.channels:
        allowed = ", ".join(sorted(template.channels))
        problems.append(f"channel {draft.channel} is not one of its template's ({allowed})")
    asked = () if draft.file else asked_for(template.body)
    return problems + [
        f"{FIELD_PREFIX}{name} is empty, and the template needs it"
        for name in sorted(asked)
        if name not in draft.fields
    ]
