"""Print and Download: one checked PDF of many letters (docs/product.md section 2)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.batch.choosing import acting_letters, choose, unchanged
from services.batch.results import CHANGED, BatchResult, Outcome, results_of, unrendered
from services.control import control
from services.domain.documents import (
    Checklist,
    ChecklistLine,
    DocumentFacts,
    DocumentProblem,
    Merged,
)
from services.domain.ids import new_id
from services.domain.letter import Letter
from services.domain.local_time import LONDON
from services.domain.people import Service, User
from services.domain.prints import Print
from services.domain.vocabulary import Action, Cause, Status
from services.ports.clock import Clock
from services.ports.renderer import Renderer
from services.ports.store import Store, UnitOfWork
from services.rendering import Rendering, StoredLetter
from services.transition import Change, transition


@dataclass(frozen=True, kw_only=True, slots=True)
class Printing:
    """The two actions that make a file."""

    store: Store
    clock: Clock
    renderer: Renderer
    rendering: Rendering

    def print_letters(
        self,
        service_id: str,
        user: User,
        ids: Collection[str],
        *,
        confirmed: Collection[str] = (),
        again: bool = False,
    ) -> BatchResult:
        """Make one PDF of the letters and set them to Printed, both or neither.

        The status changes only in the transaction that stores the file, after the file was read back. Where a
        letter was changed by somebody else meanwhile, the file is made again without it. Letters that are
        printed already are left out but for again=True.
        """
        return self._make(service_id, user, ids, Action.PRINT, confirmed, again)

    def download(self, service_id: str, user: User, ids: Collection[str]) -> BatchResult:
        """Make the same PDF; no status changes. What went out or was printed is given as it was.

        A single letter is given as it is stored: nothing is added to it.
        """
        return self._make(service_id, user, ids, Action.DOWNLOAD, (), again=True)

    def _make(
        self,
        service_id: str,
        user: User,
        ids: Collection[str],
        action: Action,
        confirmed: Collection[str],
        again: bool,
    ) -> BatchResult:
        with self.store.read(service_id) as uow:
            letters = acting_letters(uow, user, ids)
            duplex, checklist = not control(uow, "simplex"), bool(control(uow, "checklist"))
            service = uow.people.service()
        chosen = choose(letters, ids, action, confirmed=confirmed, again=again)
        stored = self._stored(service_id, chosen.letters, action)
        sound = {key: made for key, made in stored.items() if isinstance(made, StoredLetter)}
        job = _Job(
            service=service, user=user, action=action, duplex=duplex, checklist=checklist, stored=sound
        )
        ready = [letter for letter in chosen.letters if letter.id in sound]
        return self._file(job, ready) + chosen.rest + unrendered(chosen.letters, stored, action)

    def _stored(
        self, service_id: str, letters: Sequence[Letter], action: Action
    ) -> dict[str, StoredLetter | DocumentProblem]:
        gone = [letter for letter in letters if action is Action.DOWNLOAD and not letter.row.pending_group]
        found = self.rendering.kept(service_id, gone)
        return found | self.rendering.ensure(
            service_id, [letter for letter in letters if letter.id not in found]
        )

    def _file(self, job: "_Job", letters: Sequence[Letter]) -> BatchResult:
        left_out = BatchResult()
        while letters:
            try:
                pile = self._pile(job, letters)
            except DocumentProblem as problem:
                # of one letter the others need not know; where it is not said whose it is, none is printed
                whose = [letter for letter in letters if letter.reference == problem.reference] or letters
                left_out += results_of(whose, job.action, Outcome.FAILED, problem.reason)
                letters = [letter for letter in letters if letter not in whose]
                continue
            made, overtaken = self._commit(job, letters, pile)
            if made:
                done = results_of(letters, job.action, Outcome.DONE)
                return BatchResult(results=done.results, made=made) + left_out
            gone = [letter for letter in letters if letter.id in overtaken]
            left_out += results_of(gone, job.action, Outcome.SKIPPED, CHANGED)
            letters = [letter for letter in letters if letter.id not in overtaken]
        return left_out

    def _pile(self, job: "_Job", letters: Sequence[Letter]) -> Merged | StoredLetter:
        """One file of them all; for a letter that is downloaded alone its own."""
        if job.action is Action.DOWNLOAD and len(letters) == 1:
            return job.stored[letters[0].id]
        return self.renderer.merge(
            self.rendering.documents(job.service.id, letters, job.stored),
            duplex=job.duplex,
            checklist=job.checklist_of(letters, self.clock) if job.checklist and len(letters) > 1 else None,
        )

    def _commit(
        self, job: "_Job", letters: Sequence[Letter], pile: Merged | StoredLetter
    ) -> tuple[Print | None, set[str]]:
        """Store the file and the statuses; with a letter that was changed meanwhile nothing is stored."""
        ids = {letter.id for letter in letters}
        with self.store.begin(job.service.id) as uow:
            made = self._keep(uow, job, pile, len(letters))
            moved = self._set_printed(uow, job, letters) if job.action is Action.PRINT else ids
            if moved != ids:
                return None, ids - moved
            uow.commit()
        return made, set()

    def _set_printed(self, uow: UnitOfWork, job: "_Job", letters: Sequence[Letter]) -> set[str]:
        now = self.clock.now()
        return transition(
            uow,
            [
                Change(
                    letter=letter,
                    to=Status.PRINTED,
                    cause=Cause.PRINT,
                    at=now,
                    user_id=job.user.id,
                    document_id=job.stored[letter.id].document_id,
                )
                for letter in unchanged(uow, letters)
            ],
        )

    def _keep(self, uow: UnitOfWork, job: "_Job", pile: Merged | StoredLetter, letter_count: int) -> Print:
        now = self.clock.now()
        made = Print(
            id=new_id(),
            user_id=job.user.id,
            kind=job.action,
            document_id=_stored_in(uow, pile, now),
            filename=f"letters-{now.astimezone(LONDON):%Y-%m-%d-%H%M}-{letter_count}.pdf",
            letter_count=letter_count,
            created_at=now,
        )
        uow.access.add_print(made)
        return made


@dataclass(frozen=True, kw_only=True, slots=True)
class _Job:
    """One click: who asks for what, and the documents by letter."""

    service: Service
    user: User
    action: Action
    duplex: bool
    checklist: bool
    stored: dict[str, StoredLetter]

    def checklist_of(self, letters: Sequence[Letter], clock: Clock) -> Checklist:
        """The pile's list of contents, in order."""
        return Checklist(
            service_name=self.service.name,
            made_by=self.user.name,
            made_at=clock.now(),
            duplex=self.duplex,
            lines=tuple(
                ChecklistLine(
                    reference=letter.reference,
                    patient=letter.patient.name,
                    title=letter.title,
                    page_count=self.stored[letter.id].facts.page_count,
                )
                for letter in letters
            ),
        )


def _stored_in(uow: UnitOfWork, pile: Merged | StoredLetter, now: datetime) -> str:
    """The id of the pile's document, which is written where it is new."""
    if isinstance(pile, StoredLetter):
        return pile.document_id
    facts = DocumentFacts(sha256=pile.sha256, page_count=pile.page_count)
    return uow.documents.add(pile.pdf, facts, now)
