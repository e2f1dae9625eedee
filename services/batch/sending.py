"""Send and Re-send: a letter is frozen and queued for its delivery provider (docs/faults.md, "How")."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from services.batch.choosing import acting_letters, choose, unchanged
from services.batch.results import CHANGED, BatchResult, Outcome, results_of, unrendered
from services.control import control, gateways_wanted
from services.crash_points import CrashPoint, reached
from services.domain.documents import DocumentProblem, RenderRefused
from services.domain.errors import StoreUnavailable
from services.domain.ids import new_id
from services.domain.letter import Attempt, Letter, Recipient
from services.domain.patient_link import PatientLink
from services.domain.people import Service, User
from services.domain.recipient import as_read, recipient_of
from services.domain.verdict import why_not_posted
from services.domain.vocabulary import Action, AttemptState, Cause, Channel, Status
from services.links import patient_link
from services.ports.clock import Clock
from services.ports.store import Store, UnitOfWork
from services.rendering import Rendering, StoredLetter
from services.restored import Restored, attempt_reference, restored
from services.settings import Settings
from services.transition import Change, transition

_CAUSES = {Action.SEND: Cause.SEND, Action.RESEND: Cause.RESEND, Action.NEW_LINK: Cause.RESEND}
_CHUNK = 100  # letters queued in one transaction, so that other writers need not wait


@dataclass(frozen=True, kw_only=True, slots=True)
class _Today:
    """What holds for every letter that is queued in one transaction."""

    service: Service
    restored: Restored | None
    gateways: Mapping[Channel, str]
    link_days: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Sending:
    """The actions that hand letters to the worker. gateways are each channel's, the usual one first."""

    store: Store
    clock: Clock
    rendering: Rendering
    settings: Settings
    gateways: Mapping[Channel, Sequence[str]]

    def send(
        self, service_id: str, user: User, ids: Collection[str], *, confirmed: Collection[str] = ()
    ) -> BatchResult:
        """Queue pending letters. Failed ones are not among them: those need Re-send."""
        return self._queue(service_id, user, ids, Action.SEND, confirmed)

    def resend(
        self,
        service_id: str,
        user: User,
        ids: Collection[str],
        *,
        confirmed: Collection[str] = (),
        again: bool = False,
    ) -> BatchResult:
        """Queue failed letters once more, a new attempt each; those that were printed only for again=True."""
        return self._queue(service_id, user, ids, Action.RESEND, confirmed, again=again)

    def new_link(
        self, service_id: str, user: User, ids: Collection[str], *, confirmed: Collection[str] = ()
    ) -> BatchResult:
        """Queue letters by text message that were not viewed once more: the former link stops working."""
        return self._queue(service_id, user, ids, Action.NEW_LINK, confirmed)

    def _queue(
        self,
        service_id: str,
        user: User,
        ids: Collection[str],
        action: Action,
        confirmed: Collection[str],
        *,
        again: bool = False,
    ) -> BatchResult:
        with self.store.read(service_id) as uow:
            letters = acting_letters(uow, user, ids)
        chosen = choose(letters, ids, action, confirmed=confirmed, again=again)
        made = self.rendering.ensure(service_id, chosen.letters)
        stored = {letter.id: _fit_to_go(letter, made[letter.id]) for letter in chosen.letters}
        frozen = {key: made for key, made in stored.items() if isinstance(made, StoredLetter)}
        ready = [letter for letter in chosen.letters if letter.id in frozen]
        result = BatchResult()
        for start in range(0, len(ready), _CHUNK):
            chunk = ready[start : start + _CHUNK]
            try:
                result += self._commit(service_id, user, chunk, frozen, action)
            except StoreUnavailable as error:  # what was queued before is queued, and said
                result += results_of(chunk, action, Outcome.FAILED, str(error))
        return result + chosen.rest + unrendered(chosen.letters, stored, action)

    def _commit(
        self,
        service_id: str,
        user: User,
        letters: Sequence[Letter],
        frozen: Mapping[str, StoredLetter],
        action: Action,
    ) -> BatchResult:
        """One transaction: statuses, events, and an attempt with its frozen document and recipient each."""
        now = self.clock.now()
        with self.store.begin(service_id) as uow:
            same = unchanged(uow, letters)
            today = _today(uow)
            attempts = self._attempts(uow, same, frozen, today)
            queued = transition(
                uow,
                [
                    Change(
                        letter=letter,
                        to=Status.QUEUED,
                        cause=_CAUSES[action],
                        at=now,
                        user_id=user.id,
                        attempt=attempts[letter.id],
                    )
                    for letter in same
                ],
            )
            uow.attempts.end_all(queued)
            uow.attempts.add([attempts[letter_id] for letter_id in queued])
            texted = [each for each in same if each.id in queued and each.channel is Channel.E]
            uow.links.add([self._link(each, attempts[each.id], frozen[each.id], today) for each in texted])
            uow.letters.set_attempts({letter_id: attempts[letter_id].id for letter_id in queued})
            uow.letters.patch(queued, warning="")
            reached(CrashPoint.BEFORE_QUEUE_COMMIT)
            uow.commit()
        reached(CrashPoint.AFTER_QUEUE_COMMIT)
        done = [letter for letter in letters if letter.id in queued]
        late = [letter for letter in letters if letter.id not in queued]
        return results_of(done, action, Outcome.DONE) + results_of(late, action, Outcome.SKIPPED, CHANGED)

    def _attempts(
        self, uow: UnitOfWork, letters: Sequence[Letter], frozen: Mapping[str, StoredLetter], today: _Today
    ) -> dict[str, Attempt]:
        earlier = uow.attempts.of_letters([letter.id for letter in letters])
        numbers = {attempt.letter_id: attempt.number for attempt in earlier}
        return {
            letter.id: self._attempt(letter, frozen[letter.id], numbers.get(letter.id, 0) + 1, today)
            for letter in letters
        }

    def _attempt(self, letter: Letter, made: StoredLetter, number: int, today: _Today) -> Attempt:
        now = self.clock.now()
        new = Attempt(
            id=new_id(),
            letter_id=letter.id,
            number=number,
            channel=letter.channel,
            gateway=self._gateway(letter, today),
            reference=attempt_reference(today.service, letter, number),
            state=AttemptState.READY,
            document_id=made.document_id,
            sha256=made.facts.sha256,
            recipient=_with_sender(_recipient(letter), letter, today.service),
            title=letter.title,
            created_at=now,
        )
        return replace(new, **today.restored.first_state(letter, now)) if today.restored else new

    def _link(self, letter: Letter, attempt: Attempt, made: StoredLetter, today: _Today) -> PatientLink:
        days = today.link_days
        return patient_link(self.settings, today.service, letter, attempt, made.facts, days=days)

    def _gateway(self, letter: Letter, today: _Today) -> str:
        """Its practice's own gateway, else the service's; the usual one where that is not installed."""
        installed = self.gateways[letter.channel]
        practice = letter.patient.practice if letter.channel is Channel.GP else None
        wanted = (practice.gateway if practice else "") or today.gateways[letter.channel]
        return wanted if wanted in installed else installed[0]


def _today(uow: UnitOfWork) -> _Today:
    return _Today(
        service=uow.people.service(),
        restored=restored(uow),
        gateways=gateways_wanted(uow),
        link_days=int(control(uow, "link_days")),
    )


def _fit_to_go(letter: Letter, made: StoredLetter | DocumentProblem) -> StoredLetter | DocumentProblem:
    """A letter's verdict was of the document that it had before; this one may have been made just now."""
    if isinstance(made, DocumentProblem) or letter.channel is not Channel.H:
        return made
    reason = why_not_posted(made.facts.layout, letter.patient if letter.uploaded else None)
    return RenderRefused(reason) if reason else made


def _recipient(letter: Letter) -> Recipient:
    """To whom it goes; by hybrid mail the provider reads an upload's window, as we did."""
    recipient = recipient_of(letter)
    if letter.uploaded and letter.channel is Channel.H:
        return as_read(recipient, letter.window)
    return recipient


def _with_sender(recipient: Recipient, letter: Letter, service: Service) -> Recipient:
    """The practice is told who writes; nobody else needs it."""
    if letter.channel is not Channel.GP:
        return recipient
    sender = {
        "sender_ods_code": service.ods_code,
        "sender_organisation": service.name,
        "sender_department": "",
        "sender_person": letter.created_by_name,
    }
    return replace(recipient, details={**recipient.details, **sender})
