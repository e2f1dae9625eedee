"""Plays a plan through the real use cases, in the order of time and with a clock that is set back.

Staff work three times a week; between two of their rounds the letters that were written and the reports that
came are taken in one transaction each.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Final

from services.batch.actions import Batch
from services.batch.results import BatchResult, Outcome
from services.demo.carriers import Carrier
from services.demo.courses import STAFF, Do
from services.demo.plan import Happening, Plan
from services.dispatch import Dispatcher
from services.domain.letter import Attempt, Letter
from services.domain.people import User
from services.domain.vocabulary import Cause, Channel, Status
from services.handover import Handover
from services.letters import add_to_batch
from services.ports.letters import Scope
from services.ports.store import Store, UnitOfWork
from services.reports import apply
from services.settings import Settings
from services.transition import Change, transition

_NOTE: Final = "Spoke to the patient: no longer needed."
_OPENED: Final = {Do.OPEN: Status.ACCESSED, Do.VIEW: Status.VIEWED}


class PastClock:
    """A clock that stands where it is set."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at


class PlanFailed(Exception):
    """The use cases did not do what the plan says: the plan is wrong. What was written stays."""


@dataclass(frozen=True, kw_only=True, slots=True)
class History:
    """Plays a plan into one service. `batch` must stand on the same clock; `admins` take turns."""

    store: Store
    settings: Settings
    batch: Batch
    clock: PastClock
    carriers: Mapping[Channel, Carrier]
    service_id: str
    admins: Sequence[User]

    def play(self, plan: Plan) -> None:
        """Add every letter, and let all happen that the plan says. Raises PlanFailed."""
        letters = list(plan.letters)
        refused = {each.letter.id: each.step.code for each in plan.happenings if each.step.do is Do.REFUSE}
        for (do, _), group in groupby(plan.happenings, key=_round):
            happenings = list(group)
            written = [letter for letter in letters if letter.created_at <= happenings[-1].at]
            self._write(written)
            del letters[: len(written)]
            if do is None:
                self._take(happenings)
            else:
                self._work(do, happenings, refused)
        self._write(letters)
        self._end_polling(plan.letters)

    def _write(self, letters: Sequence[Letter]) -> None:
        with self.store.begin(self.service_id) as uow:
            add_to_batch(uow, letters)
            uow.commit()

    def _work(self, do: Do, happenings: Sequence[Happening], refused: Mapping[str, str]) -> None:
        """One round of an admin, and the worker's after it."""
        self.clock.at = happenings[0].at
        admin = self.admins[self.clock.at.toordinal() % len(self.admins)]
        ids = [each.letter.id for each in happenings]
        printed = [each.letter.id for each in happenings if each.letter.channel is Channel.PRINT]
        match do:
            case Do.ACTION:
                sent = [letter_id for letter_id in ids if letter_id not in printed]
                _all_done(self.batch.printing.print_letters(self.service_id, admin, printed))
                _all_done(self.batch.sending.send(self.service_id, admin, sent))
                self._dispatch(happenings, refused)
            case Do.RESEND:
                _all_done(self.batch.sending.resend(self.service_id, admin, ids, confirmed=ids))
                self._dispatch(happenings, {})
            case Do.PRINT:
                _all_done(
                    self.batch.printing.print_letters(self.service_id, admin, ids, confirmed=ids, again=True)
                )
            case Do.CLOSE:
                _all_done(self.batch.keeping.close(self.service_id, admin, ids, _NOTE))

    def _dispatch(self, happenings: Sequence[Happening], refused: Mapping[str, str]) -> None:
        """Hand over what was queued, but for what the plan leaves in the queue."""
        channels = {each.letter.channel for each in happenings if not each.step.waits} - {Channel.PRINT}
        ids = {each.letter.id for each in happenings} & refused.keys()
        with self.store.read(self.service_id) as uow:
            codes = {each.reference: refused[each.letter_id] for each in uow.attempts.of_letters(ids)}
        for channel in channels:
            self.carriers[channel].refuses = codes
            self._dispatcher(self.carriers[channel]).round()

    def _dispatcher(self, carrier: Carrier) -> Dispatcher:
        handover = Handover(
            store=self.store,
            clock=self.clock,
            settings=self.settings,
            service_id=self.service_id,
            gateway=carrier,
        )
        return Dispatcher(handover=handover, gateway=carrier, owner="demo", stop=lambda: False)

    def _take(self, happenings: Sequence[Happening]) -> None:
        """Reports and the patients' visits, each at its time."""
        ids = {each.letter.id for each in happenings if each.step.do is Do.REPORT}
        with self.store.begin(self.service_id) as uow:
            current = {attempt.letter_id: attempt for attempt in uow.attempts.of_letters(ids)}
            for each in happenings:
                if each.step.do is Do.REPORT:
                    current[each.letter.id] = self._report(uow, each, current[each.letter.id])
                elif each.step.do in _OPENED:
                    _visit(uow, each)
            uow.commit()

    def _report(self, uow: UnitOfWork, each: Happening, attempt: Attempt) -> Attempt:
        """Apply one report; returns the attempt as it is then."""
        report = self.carriers[attempt.channel].says(
            each.step.code,
            each.step.rejection,
            provider_id=attempt.provider_id,
            reference=attempt.reference,
            at=each.at,
        )
        apply(uow, attempt, report, now=each.at, poll_at=None)
        return replace(attempt, last_code=report.code)

    def _end_polling(self, letters: Sequence[Letter]) -> None:
        """No provider knows these letters: none is ever asked about them."""
        with self.store.begin(self.service_id) as uow:
            for attempt in uow.attempts.of_letters([letter.id for letter in letters]):
                uow.attempts.heard(attempt.id, code=attempt.last_code, poll_at=None)
            uow.commit()


def _visit(uow: UnitOfWork, each: Happening) -> None:
    [letter] = uow.letters.get([each.letter.id], Scope())
    change = Change(letter=letter, to=_OPENED[each.step.do], cause=Cause.PORTAL, at=each.at)
    if not transition(uow, [change]):
        raise PlanFailed(f"{letter.reference} can't be {change.to} now.")


def _round(each: Happening) -> tuple[Do | None, datetime | None]:
    """What staff do in one go, and when; the same for all that comes by itself in between."""
    return (each.step.do, each.at) if each.step.do in STAFF else (None, None)


def _all_done(result: BatchResult) -> None:
    for letter in result.results:
        if letter.outcome is not Outcome.DONE:
            raise PlanFailed(f"{letter.name}: {letter.action} {letter.outcome}: {letter.reason}")
