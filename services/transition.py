"""The one function through which every change of a letter's status goes: veto, save, log."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.domain.audit import Deed, Entry
from services.domain.ids import new_id
from services.domain.letter import PRINTED_DOCUMENT, Attempt, Event, Letter
from services.domain.status import may
from services.domain.verdict import carried
from services.domain.vocabulary import Action, Cause, Channel, Status
from services.ports.gateway import Report
from services.ports.letters import Move
from services.ports.store import UnitOfWork


class Vetoed(Exception):
    """The status table doesn't allow this change. A defect of the caller: nothing was changed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """A wish to move one letter, as it was read, to another status.

    user_id, attempt and report say who or what wants it; to_channel is for Change channel alone. code and
    reason are shown with the letter from then on; document_id is what was printed.
    """

    letter: Letter
    to: Status
    cause: Cause
    at: datetime
    user_id: str | None = None
    attempt: Attempt | None = None
    report: Report | None = None
    report_key: str | None = None
    code: str = ""
    reason: str = ""
    to_channel: Channel | None = None
    document_id: str | None = None


def transition(uow: UnitOfWork, changes: Sequence[Change]) -> set[str]:
    """Make the changes and write their events; returns the ids of the letters that changed.

    A letter whose status is no longer the one that was read stays as it is and is not among them. Raises
    Vetoed, before anything is written, for a change that the status table doesn't know.
    """
    for change in changes:
        _veto(change)
    changed = uow.letters.move([_move(change) for change in changes])
    made = [change for change in changes if change.letter.id in changed]
    uow.events.append([_event(change) for change in made])
    uow.audit.append([_deed(change, change.user_id) for change in made if change.user_id])
    return changed


def _veto(change: Change) -> None:
    letter = change.letter
    if change.cause is Cause.CHANGE_CHANNEL:
        allowed = Action.CHANGE_CHANNEL in letter.row.actions and change.to is Status.PENDING
        allowed = allowed and change.to_channel not in (None, letter.channel)
    else:
        allowed = may(letter.channel, letter.status, change.to, change.cause) and change.to_channel is None
    if not allowed:
        raise Vetoed(f"{letter.row.key} to {change.to} by {change.cause}")


def _move(change: Change) -> Move:
    code, reason = carried(change.letter, change.cause) or (change.code, change.reason)
    return Move(
        letter_id=change.letter.id,
        channel=change.letter.channel,
        to=change.to,
        cause=change.cause,
        at=change.at,
        expected=frozenset({change.letter.status}),
        to_channel=change.to_channel,
        reason_code=code,
        reason=reason,
    )


def _event(change: Change) -> Event:
    letter, attempt, report = change.letter, change.attempt, change.report
    return Event(
        id=new_id(),
        letter_id=letter.id,
        at=change.at,
        kind="status",
        channel=change.to_channel or letter.channel,
        from_status=letter.status,
        to_status=change.to,
        cause=change.cause,
        user_id=change.user_id,
        gateway=attempt.gateway if attempt else "",
        attempt_id=attempt.id if attempt else None,
        reference=(attempt.provider_id or attempt.reference) if attempt else "",
        code=report.code if report and change.to is not Status.FAILED else change.code,
        reason=change.reason or (report.reason if report else ""),
        report_key=change.report_key,
        raw=_raw(change),
    )


def _deed(change: Change, user_id: str) -> Entry:
    details = {"action": change.cause.value, "to": change.to.value}
    return Entry(at=change.at, deed=Deed.ACT, user_id=user_id, letter_id=change.letter.id, details=details)


def _raw(change: Change) -> dict[str, Any] | None:
    if change.document_id:
        return {PRINTED_DOCUMENT: change.document_id}
    return dict(change.report.raw) if change.report else None
