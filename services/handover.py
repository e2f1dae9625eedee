"""What is recorded of one attempt to hand a letter over, each in one transaction under the attempt's fence.

What is recorded of an attempt raises LostRace, and writes nothing, when another worker holds it by now.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from services import pace
from services.control import control
from services.crash_points import CrashPoint, reached
from services.domain.errors import LostRace, Permanent
from services.domain.letter import Attempt
from services.domain.sms import message
from services.domain.vocabulary import AttemptState, Cause, Channel, Status
from services.links import is_of, link_to
from services.pace import Outcome
from services.polling import next_question
from services.ports.clock import Clock
from services.ports.gateway import Gateway, Parcel, Report
from services.ports.letters import Scope
from services.ports.store import Store, UnitOfWork
from services.reports import apply
from services.settings import Settings
from services.transition import Change, transition


@dataclass(frozen=True, kw_only=True, slots=True)
class Handover:
    """Writes for one service what became of its attempts."""

    store: Store
    clock: Clock
    settings: Settings
    service_id: str
    gateway: Gateway

    def begin(self, attempt: Attempt) -> Parcel:
        """Commit IN_DOUBT right before the call, if the lease still holds; returns what is handed over.

        Where the commit itself outlasted the lease, somebody else may look it up by now: LostRace. Raises
        Permanent, before anything is written, when the stored document is not the one that was frozen, and
        when the patient's link would lead nowhere.
        """
        now = self.clock.now()
        lease_until = now + timedelta(seconds=self.settings.lease)
        with self.store.begin(self.service_id) as uow:
            document = uow.documents.get([attempt.document_id])[attempt.document_id]
            if sha256(document.pdf).hexdigest() != attempt.sha256:
                raise Permanent(
                    "The stored document is not the one that was queued.", code="document-changed"
                )
            link = self._link(uow, attempt) if attempt.channel is Channel.E else ""
            uow.attempts.record(
                attempt,
                state=AttemptState.IN_DOUBT,
                tries=attempt.tries + 1,
                doubt_since=now,
                due_at=now + self.gateway.capabilities.settle,
                handed_with=self.gateway.mark,
                lease_until=lease_until,
            )
            service, sms_text = uow.people.service(), str(control(uow, "sms_text"))
            uow.commit()
        reached(CrashPoint.BEFORE_CALL)
        if self.clock.now() >= lease_until:
            raise LostRace(f"Attempt {attempt.reference} was held up for longer than its lease.")
        return Parcel(
            reference=attempt.reference,
            recipient=attempt.recipient,
            title=attempt.title,
            service_name=service.name,
            created_at=attempt.created_at,
            pdf=document.pdf,
            link=link,
            text_message=message(sms_text, link) if link else "",
        )

    def _link(self, uow: UnitOfWork, attempt: Attempt) -> str:
        """The address for the text message: one that opens nothing must not reach a patient."""
        link = link_to(self.settings, self.service_id, attempt)
        kept = uow.links.of_attempts([attempt.id]).get(attempt.id)
        if kept and kept.revoked_at:
            raise Permanent("Its link was stopped before the text message went out.", code="link-stopped")
        if not (kept and is_of(kept, link)):
            raise Permanent(
                "Its link would open nothing, since it was queued with another key. Send it again.",
                code="link-unknown",
            )
        return link

    def taken(self, attempt: Attempt, report: Report) -> None:
        """The provider has it: its id, and the status where its answer already says one."""
        now = self.clock.now()
        least = self.gateway.capabilities.least_pause
        poll_at = next_question(self.settings, accepted_at=now, now=now, least=least)
        with self.store.begin(self.service_id) as uow:
            uow.attempts.record(
                attempt,
                state=AttemptState.ACCEPTED,
                provider_id=report.provider_id,
                accepted_at=now,
                doubt_since=None,
                unreachable_since=None,
                lease_until=None,
                poll_at=poll_at,
            )
            accepted = uow.attempts.get([attempt.id])[attempt.id]
            uow.letters.mark_doubt(attempt, in_doubt=False)
            apply(uow, accepted, report, now=now, poll_at=poll_at)
            uow.commit()
        reached(CrashPoint.AFTER_RECORD)

    def doubtful(self, attempt: Attempt, *, look_up_at: datetime) -> None:
        """It stays IN_DOUBT until then, and the letter says so with an amber mark."""
        with self.store.begin(self.service_id) as uow:
            uow.attempts.record(attempt, unless_ended=True, due_at=look_up_at, lease_until=None)
            uow.letters.mark_doubt(attempt, in_doubt=True)
            uow.commit()

    def again(
        self, attempt: Attempt, pause: timedelta, *, tries: int, unreachable_since: datetime | None = None
    ) -> None:
        """Surely not handed over: the same reference goes out later, unless the user has ended the attempt.

        unreachable_since: since when each try found nobody at the provider who would take anything.
        """
        with self.store.begin(self.service_id) as uow:
            uow.attempts.record(
                attempt,
                unless_ended=True,
                state=AttemptState.READY,
                tries=tries,
                doubt_since=None,
                unreachable_since=unreachable_since,
                due_at=self.clock.now() + pause,
                lease_until=None,
            )
            uow.letters.mark_doubt(attempt, in_doubt=False)
            uow.commit()

    def failed(self, attempt: Attempt, code: str, reason: str) -> None:
        """The attempt ends; the letter is Failed with the reason, if this is still its current attempt."""
        with self.store.begin(self.service_id) as uow:
            uow.attempts.record(attempt, state=AttemptState.ENDED, lease_until=None, last_code=code)
            [letter] = uow.letters.get([attempt.letter_id], Scope())
            if letter.attempt_id == attempt.id and letter.status is Status.QUEUED:
                change = Change(
                    letter=letter,
                    to=Status.FAILED,
                    cause=Cause.DISPATCH,
                    at=self.clock.now(),
                    attempt=attempt,
                    code=code,
                    reason=reason,
                )
                transition(uow, [change])
            uow.commit()

    def warn(self, attempt: Attempt, warning: str) -> None:
        """Tell staff something about the letter."""
        with self.store.begin(self.service_id) as uow:
            uow.letters.patch([attempt.letter_id], warning=warning)
            uow.commit()

    def learnt(self, outcomes: Sequence[Outcome], left: list[Attempt]) -> None:
        """After a chunk: how the provider stands now, and the attempts that were not begun, free again."""
        if not outcomes and not left:
            return
        with self.store.begin(self.service_id) as uow:
            known = uow.pacing.state(self.gateway.name)
            state = pace.after(known, outcomes)
            if state != known:
                uow.pacing.save(state)
            uow.attempts.release(left, due_at=self.clock.now())
            uow.commit()

    def give_back(self, attempts: list[Attempt], *, due_at: datetime) -> None:
        """End the leases of claimed attempts that were not handled."""
        with self.store.begin(self.service_id) as uow:
            uow.attempts.release(attempts, due_at=due_at)
            uow.commit()
