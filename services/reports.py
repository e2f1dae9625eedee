"""Apply what a delivery provider reports of one attempt: once, never backwards (docs/product.md section 4).

Reports come from polling, from callbacks and from the answer to sending; all of them end here.
"""

import logging
from datetime import datetime
from hashlib import sha256

from services.domain.errors import LostRace
from services.domain.ids import new_id
from services.domain.letter import Attempt, Event, Letter
from services.domain.status import may, status_row
from services.domain.verdict import RESOLVED_UNSEEN
from services.domain.vocabulary import NOTHING_MORE, Cause, Status
from services.ports.gateway import Report
from services.ports.letters import Scope
from services.ports.store import UnitOfWork
from services.transition import Change, transition

log = logging.getLogger(__name__)

_ARRIVED = frozenset({Status.DELIVERED, Status.VIEWED, Status.POSTED})
UNANSWERED = frozenset({Status.QUEUED, Status.SENT})
"""Where a letter to a practice stands until the practice says what became of it."""


def apply(
    uow: UnitOfWork,
    attempt: Attempt,
    report: Report,
    *,
    now: datetime,
    poll_at: datetime | None,
    user_id: str | None = None,
) -> bool:
    """Apply one report within the caller's transaction; returns whether the letter's status changed.

    user_id: who recorded it, where it did not come from the provider itself.

    A report that says what the last one said, or that was taken before, leaves no trace. One that can't move
    the letter (older, about an earlier attempt, after printing or closing, an unknown code) is kept in the
    history, and is not the attempt's last word: what came before it still holds. poll_at is when the provider
    is asked next, if anything more can come. Raises LostRace when somebody else changed the letter or took
    the report meanwhile.
    """
    key = _key(attempt, report)
    next_at = poll_at if _more_can_come(attempt, report) else None
    if report.code == attempt.last_code or uow.events.known_reports([key]):
        uow.attempts.heard(attempt.id, poll_at=next_at)
        return False
    [letter] = uow.letters.get([attempt.letter_id], Scope())
    change = _change(letter, attempt, report, key, now, user_id)
    moved = change is not None and letter.id in transition(uow, [change])
    if change and not moved:
        raise LostRace(f"Letter {letter.reference} was changed meanwhile.")
    if moved and letter.warning == RESOLVED_UNSEEN and report.status not in UNANSWERED:
        uow.letters.patch([letter.id], warning="")  # the practice has answered after all
    if not moved:
        _keep(uow, letter, attempt, report, key, now)
        _tell(uow, letter, attempt, report)
    stray = letter.attempt_id == attempt.id and not moved and (report.status or not report.known)
    uow.attempts.heard(attempt.id, code=None if stray else report.code, poll_at=next_at)
    return moved


def _change(
    letter: Letter, attempt: Attempt, report: Report, key: str, now: datetime, user_id: str | None
) -> Change | None:
    """The change of status that the report makes; None where it makes none."""
    if not _moves(letter, attempt, report) or report.status is None:
        return None
    return Change(
        letter=letter,
        to=report.status,
        cause=report.cause,
        at=now,
        user_id=user_id,
        attempt=attempt,
        report=report,
        report_key=key,
        code=NOTHING_MORE if report.nothing_more else report.reason_code,
        reason=report.reason if report.status is Status.FAILED or report.nothing_more else "",
    )


def _moves(letter: Letter, attempt: Attempt, report: Report) -> bool:
    if report.status is None or letter.attempt_id != attempt.id or letter.closed_at:
        return False
    if report.cause is Cause.RESOLVED and attempt.last_code != report.resolves:
        return False
    return may(letter.channel, letter.status, report.status, report.cause)


def _keep(uow: UnitOfWork, letter: Letter, attempt: Attempt, report: Report, key: str, now: datetime) -> None:
    """History only; staff are told of what nobody knows, and of a letter that may arrive twice."""
    if not report.known:
        log.warning("%s reports the unknown code %r of %s", report.gateway, report.code, attempt.reference)
    event = Event(
        id=new_id(),
        letter_id=letter.id,
        at=now,
        kind="report" if report.known else "unknown_code",
        channel=attempt.channel,
        to_status=report.status,
        cause=report.cause,
        gateway=attempt.gateway,
        attempt_id=attempt.id,
        reference=report.provider_id or attempt.reference,
        code=report.code,
        reason=report.reason,
        applied=report.known and report.status is None,
        report_key=key,
        raw=dict(report.raw),
    )
    uow.events.append([event])


def _tell(uow: UnitOfWork, letter: Letter, attempt: Attempt, report: Report) -> None:
    """What staff have to know of a report that moved nothing."""
    current = letter.attempt_id == attempt.id
    if current and report.nothing_more:
        uow.letters.patch([letter.id], reason_code=NOTHING_MORE, reason=report.reason)
    if report.status not in _ARRIVED:
        return
    word = report.status.word
    if not current or letter.status is Status.PRINTED or letter.closed_at:
        warning = f"An earlier attempt was reported as {word}: the letter may arrive twice."
        uow.letters.patch([letter.id], warning=warning)
    elif report.cause is Cause.RESOLVED and letter.status in UNANSWERED:
        uow.letters.patch([letter.id], warning=RESOLVED_UNSEEN)
    elif letter.status is Status.FAILED:
        warning = f"Reported as {word} after it had failed: check before you send it again."
        uow.letters.patch([letter.id], warning=warning)


def _more_can_come(attempt: Attempt, report: Report) -> bool:
    """Whether the provider is worth asking again about the attempt, whatever became of its letter."""
    stands_at = report.status or Status.QUEUED
    return not report.nothing_more and status_row(attempt.channel, stands_at).polled


def _key(attempt: Attempt, report: Report) -> str:
    """The same report has the same key, whichever way it comes and however often."""
    said = (attempt.id, report.code, report.reason_code, report.at.isoformat() if report.at else "")
    return sha256("|".join(said).encode()).hexdigest()
