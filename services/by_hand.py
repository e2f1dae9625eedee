"""Record what comes by post or email: a letter is back, or a practice rejected it.

It moves the letter as the delivery provider's own report would (docs/product.md section 5).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from services.access import acting_scope
from services.audit import note
from services.domain.audit import Deed
from services.domain.errors import LostRace, NotFound, UserError
from services.domain.letter import Attempt, Letter
from services.domain.local_time import LONDON
from services.domain.people import User
from services.domain.status import may
from services.domain.vocabulary import AttemptState, Cause, Status
from services.polling import next_question
from services.ports.clock import Clock
from services.ports.gateway import ComesBack, Gateway, Report
from services.ports.store import Store, UnitOfWork
from services.reject_codes import reject_codes
from services.reports import apply
from services.settings import Settings

_LONGEST_NOTE = 400


@dataclass(frozen=True, kw_only=True, slots=True)
class Comeback:
    """What staff learnt of one letter: its reference, on which day, the practice's code, and words if any."""

    reference: str
    day: date
    code: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class ByHand:
    """Takes what staff learnt. `gateways` are those that letters went by."""

    store: Store
    clock: Clock
    settings: Settings
    gateways: Mapping[str, Gateway]

    def record(self, service_id: str, user: User, learnt: Comeback) -> str:
        """Fail the letter with what is known, in its history under the user's name; returns the reason.

        Raises UserError, with nothing changed, for a letter that is not known or can't have come back, a day
        that can't be, and a code that nobody knows without words that say what it means.
        """
        now = self.clock.now()
        with self.store.begin(service_id) as uow:
            letter, attempt = _letter_and_attempt(uow, user, learnt.reference)
            comes_back = self._comes_back(letter, attempt)
            _check_day(learnt.day, attempt, now)
            reason = _reason(comes_back, learnt)
            report = Report(
                gateway=attempt.gateway,
                code=comes_back.code,
                status=Status.FAILED,
                cause=Cause.REPORT,
                reason=reason,
                reason_code=learnt.code or comes_back.code,
                provider_id=attempt.provider_id,
                reference=attempt.reference,
                at=_noon(learnt.day),
                raw={"recorded": "by hand", "day": learnt.day.isoformat(), "note": learnt.note},
            )
            poll_at = next_question(self.settings, accepted_at=attempt.accepted_at or now, now=now)
            try:
                moved = apply(uow, attempt, report, now=now, poll_at=poll_at, user_id=user.id)
            except LostRace:
                moved = False
            if not moved:
                raise UserError(
                    f"{learnt.reference} has changed just now. Nothing was recorded: look at it again."
                )
            note(uow, now, user.id, Deed.RECORD_RETURN, [letter.id])
            uow.commit()
        return reason

    def _comes_back(self, letter: Letter, attempt: Attempt) -> ComesBack:
        gateway = self.gateways.get(attempt.gateway)
        comes_back = gateway.capabilities.comes_back if gateway else None
        if comes_back is None:
            raise UserError(
                f"{letter.reference} went out as {letter.channel.label.lower()}, which does not come back."
            )
        if not may(letter.channel, letter.status, Status.FAILED, Cause.REPORT) or letter.closed_at:
            stands = f"{letter.reference} stands at {letter.row.label}"
            raise UserError(
                f"{stands}{f' ({letter.reason})' if letter.reason else ''}. Nothing was recorded."
            )
        return comes_back


def _letter_and_attempt(uow: UnitOfWork, user: User, reference: str) -> tuple[Letter, Attempt]:
    """The letter by our reference, within what the user may action, and the attempt by which it went."""
    scope = acting_scope(uow, user)
    known = uow.letters.by_reference([reference]).get(reference)
    letters = uow.letters.get([known.id], scope) if known else []
    if not letters:
        raise NotFound(f"There is no letter {reference}. Its reference stands in the list and on the letter.")
    [letter] = letters
    attempts = [each for each in uow.attempts.of_letters([letter.id]) if each.id == letter.attempt_id]
    if not attempts or attempts[0].state is not AttemptState.ACCEPTED:
        raise UserError(f"{reference} stands at {letter.row.label}: it has not left by a delivery provider.")
    return letter, attempts[0]


def _check_day(day: date, attempt: Attempt, now: datetime) -> None:
    if day > now.astimezone(LONDON).date():
        raise UserError("The day lies in the future.")
    left = (attempt.accepted_at or attempt.created_at).astimezone(LONDON).date()
    if day < left:
        raise UserError(f"The letter only left on {left:%d %b %Y}: that day lies before.")


def _reason(comes_back: ComesBack, learnt: Comeback) -> str:
    """What staff read from then on. A code is never guessed."""
    if learnt.code and not comes_back.with_code:
        raise UserError("Only practices name a code. Leave it empty, and write what is known as a note.")
    meaning = reject_codes().practice_meaning(learnt.code) if learnt.code else comes_back.reason
    if not meaning and not learnt.note:
        raise UserError(f"The code {learnt.code} is not in the list: write what the practice says as a note.")
    if comes_back.with_code and not learnt.code and not learnt.note:
        raise UserError("Give the practice's code, or write what it says as a note.")
    if len(learnt.note) > _LONGEST_NOTE:
        raise UserError(f"The note is longer than {_LONGEST_NOTE} characters.")
    return ": ".join(part for part in (meaning, learnt.note) if part)


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), LONDON).astimezone(UTC)
