"""Ask the delivery providers about what is due, and apply what they report (docs/product.md section 5)."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from services.control import control
from services.crash_points import CrashPoint, reached
from services.domain.ids import new_id
from services.domain.letter import Attempt, Event
from services.domain.local_time import day
from services.domain.verdict import POSSIBLE_DUPLICATE
from services.domain.vocabulary import AttemptState, Cause, Status
from services.polling import next_question
from services.ports.clock import Clock
from services.ports.gateway import Gateway, Report, Unanswered
from services.ports.letters import Scope
from services.ports.store import Store, UnitOfWork
from services.reports import UNANSWERED, apply
from services.settings import Settings
from services.transition import Change, transition

log = logging.getLogger(__name__)

PAGES = 4  # pages of questions in one round, so that a round stays short
TAKEN_AT_ONCE = 10  # answers applied in one transaction, so that whoever else writes need not wait
ASK_LATER = timedelta(seconds=30)
_NOT_KNOWN: Final = "Not known to the delivery provider"


@dataclass(frozen=True, kw_only=True, slots=True)
class Reconciler:
    """One gateway's questions for one service; `stop` is asked before each page."""

    store: Store
    clock: Clock
    settings: Settings
    gateway: Gateway
    service_id: str
    stop: Callable[[], bool]

    def round(self) -> int:
        """Ask about what is due, oldest due first, in pages; returns how many letters were asked about.

        Raises GatewayError when the provider can't be asked: those letters are asked about later.
        """
        asked = 0
        for _ in range(PAGES):
            due = [] if self.stop() else self._due()
            if not due:
                break
            self._ask(due)
            asked += len(due)
        return asked

    def _due(self) -> list[Attempt]:
        with self.store.read(self.service_id) as uow:
            return uow.attempts.due_for_poll(
                gateway=self.gateway.name,
                now=self.clock.now(),
                limit=self.gateway.capabilities.poll_page,
            )

    def _ask(self, due: Sequence[Attempt]) -> None:
        try:
            reports = self.gateway.poll([attempt.provider_id for attempt in due])
        except Exception as error:  # whatever it is, and even if nobody foresaw it
            wait = getattr(error, "retry_after", None) or ASK_LATER
            with self.store.begin(self.service_id) as uow:
                # One after the other: should it be one letter that can't be read, the others go without it.
                for place, attempt in enumerate(due):
                    later = max(wait, ASK_LATER) + place * timedelta(seconds=1)
                    uow.attempts.ask_again([attempt.id], self.clock.now() + later)
                uow.commit()
            raise
        by_id = {report.provider_id: report for report in reports}
        for start in range(0, len(due), TAKEN_AT_ONCE):
            self._take_some(due[start : start + TAKEN_AT_ONCE], by_id)

    def _take_some(self, some: Sequence[Attempt], by_id: Mapping[str, Report]) -> None:
        try:
            self._take(some, by_id)
        except Exception:  # noqa: BLE001 - whatever one letter meets, the others need not wait for it
            for attempt in some:
                self._take_alone(attempt, by_id)

    def _take_alone(self, attempt: Attempt, by_id: Mapping[str, Report]) -> None:
        try:
            self._take([attempt], by_id)
        except Exception:
            log.exception("attempt %s could not be brought up to date", attempt.reference)
            with self.store.begin(self.service_id) as uow:
                uow.attempts.ask_again([attempt.id], self.clock.now() + ASK_LATER)
                uow.commit()

    def _take(self, due: Sequence[Attempt], by_id: Mapping[str, Report]) -> None:
        """The attempts are read again: another worker may have taken a report since they were chosen."""
        with self.store.begin(self.service_id) as uow:
            attempts = uow.attempts.get([each.id for each in due]).values()
            missed = uow.events.known_reports([_not_known_key(attempt) for attempt in attempts])
            for attempt in attempts:
                if attempt.provider_id in by_id and _not_known_key(attempt) in missed:
                    _known_again(uow, attempt)
                self._answer(uow, attempt, by_id.get(attempt.provider_id))
            uow.commit()

    def _answer(self, uow: UnitOfWork, attempt: Attempt, report: Report | None) -> None:
        now = self.clock.now()
        accepted = attempt.accepted_at or attempt.created_at
        least = self.gateway.capabilities.least_pause
        poll_at = next_question(self.settings, accepted_at=accepted, now=now, least=least)
        if report:
            apply(uow, attempt, report, now=now, poll_at=poll_at)
        else:
            remembered = now - accepted <= self.gateway.capabilities.retention
            uow.attempts.heard(attempt.id, poll_at=poll_at if remembered else None)
            if now - accepted > self.gateway.capabilities.settle:
                _not_known(uow, attempt, now)
        if unanswered := self.gateway.capabilities.unanswered:
            days = int(control(uow, unanswered.setting))
            if now - accepted > timedelta(days=days):
                _unanswered(uow, attempt, unanswered, days, now)


def take_report(store: Store, clock: Clock, settings: Settings, service_id: str, report: Report) -> bool:
    """Take a report that came by itself (a callback); returns whether it belongs to a letter of ours.

    It is matched by the provider's id or by our reference; what belongs to nothing is set aside.
    """
    now = clock.now()
    with store.begin(service_id) as uow:
        known = uow.attempts.known_to(
            gateway=report.gateway, provider_ids=[report.provider_id], references=[report.reference]
        )
        by_id = [attempt for attempt in known if attempt.provider_id == report.provider_id]
        for attempt in (by_id or known)[:1]:
            if report.provider_id and attempt.provider_id not in ("", report.provider_id):
                uow.events.set_aside(report, now)  # of another copy: what the adopted one says counts
                uow.letters.patch([attempt.letter_id], warning=POSSIBLE_DUPLICATE)
                continue
            _adopt(uow, attempt, report, now)
            due = next_question(settings, accepted_at=attempt.accepted_at or now, now=now)
            apply(uow, attempt, report, now=now, poll_at=due)
        if not known:
            log.error("%s reports %r of a letter that we don't know", report.gateway, report.code)
            uow.events.set_aside(report, now)
        reached(CrashPoint.BEFORE_REPORT_COMMIT)
        uow.commit()
    reached(CrashPoint.AFTER_REPORT_COMMIT)
    return bool(known)


def _adopt(uow: UnitOfWork, attempt: Attempt, report: Report, now: datetime) -> None:
    """A report proves that the provider has the letter, even where our own record of it is missing.

    The next fence takes it from the worker that is handing it over or looking it up at this moment, and
    would go on to send it (again) or to call it doubtful.
    """
    if attempt.state in (AttemptState.READY, AttemptState.IN_DOUBT):
        uow.attempts.record(
            attempt,
            fence=attempt.fence + 1,
            state=AttemptState.ACCEPTED,
            provider_id=report.provider_id,
            accepted_at=now,
            doubt_since=None,
            lease_until=None,
        )
        uow.letters.mark_doubt(attempt, in_doubt=False)


def _not_known(uow: UnitOfWork, attempt: Attempt, now: datetime) -> None:
    """The provider doesn't know the id: the last status stays (docs/faults.md row 23), and staff are told."""
    key = _not_known_key(attempt)
    if uow.events.known_reports([key]):
        return
    event = Event(
        id=new_id(),
        letter_id=attempt.letter_id,
        at=now,
        kind="not_known",
        channel=attempt.channel,
        gateway=attempt.gateway,
        attempt_id=attempt.id,
        reference=attempt.provider_id,
        reason="The delivery provider does not know this letter: its last status stays.",
        report_key=key,
    )
    uow.events.append([event])
    [letter] = uow.letters.get([attempt.letter_id], Scope())
    if letter.attempt_id == attempt.id:
        uow.letters.patch([letter.id], warning=f"{_NOT_KNOWN} since {day(now)}.")


def _known_again(uow: UnitOfWork, attempt: Attempt) -> None:
    """One answer without the letter proves nothing: the warning goes once it is known again."""
    [letter] = uow.letters.get([attempt.letter_id], Scope())
    if letter.warning.startswith(_NOT_KNOWN):
        uow.letters.patch([letter.id], warning="")


def _not_known_key(attempt: Attempt) -> str:
    return f"not known: {attempt.id}"


def _unanswered(uow: UnitOfWork, attempt: Attempt, unanswered: Unanswered, days: int, now: datetime) -> None:
    """The practice never answered: Failed, so that somebody sees to it (docs/product.md section 5)."""
    [letter] = uow.letters.get([attempt.letter_id], Scope())
    if letter.attempt_id != attempt.id or letter.status not in UNANSWERED:
        return
    change = Change(
        letter=letter,
        to=Status.FAILED,
        cause=Cause.TIMEOUT,
        at=now,
        attempt=attempt,
        code=unanswered.code,
        reason=unanswered.reason.format(days=days),
    )
    transition(uow, [change])
