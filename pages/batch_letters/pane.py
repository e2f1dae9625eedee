"""The detail pane's data: one letter with its recipient, document, history and actions."""

from collections.abc import Sequence
from typing import Final, Literal

from pages.batch_letters.document import document
from pages.batch_letters.recipient import recipient
from pages.components.detail_pane import Choice, Form, Letter, PaneActionOffer, PaneStatus, Patient
from pages.components.detail_pane import Event as PaneEvent
from services.domain.letter import Event
from services.domain.letter_content import spaced_nhs_number
from services.domain.local_time import day, day_and_time, day_of
from services.domain.reason import in_words
from services.domain.status import status_row
from services.domain.verdict import Answer, Verdict, other_channels, why_not_edited
from services.domain.vocabulary import Action, Cause, Status
from services.letter_detail import LetterDetail
from services.listing.names import patient_reference

_KINDS: Final = {
    "created": "Added to the batch",
    "edited": "Edited",
    "close": "Closed",
    "reopen": "Opened again",
    "remove": "Removed from the batch",
    "take_over": "Taken over",
    "give_back": "Given back",
    "remark": "Note",
    "stop_link": "Link stopped",
    "portal": "The patient’s page",
    "not_known": "Not known any more",
    "unknown_code": "Unknown code",
}
EDIT: Final = "edit"
"""The pane's way to the form that edits a letter: no action of the status table, since no status changes."""
_PRIMARY: Final = (Action.SEND, Action.RESEND, Action.PRINT)


def pane_letter(
    detail: LetterDetail,
    *,
    gateway_labels: dict[str, str],
    index: int | None,
    shown: int,
    left_at: int | None = None,
) -> Letter:
    """The letter as the pane shows it; index is its place among the `shown` rows, None without one.

    left_at is the place that it had before it left the rows: there the arrows go on.
    """
    letter = detail.letter
    author = detail.author
    before, after = _around(index, shown, left_at)
    return {
        "id": letter.id,
        "reference": letter.reference,
        "status": _status(detail),
        "warnings": _warnings(detail),
        "patient": _patient(detail),
        "recipient": recipient(detail),
        "template": letter.template.name,
        "title": letter.title,
        "created": day_and_time(letter.created_at),
        "created_by": {
            "name": letter.created_by_name,
            "provider": author.provider or None if author else None,
            "team": author.team or None if author else None,
        },
        "document": document(detail),
        "history": history(detail, gateway_labels),
        "actions": _offers(detail),
        "position": _position(index, shown, left_at),
        "has_previous": 0 <= before < shown,
        "has_next": 0 <= after < shown,
    }


def beside(shown: Sequence[str], letter_id: str, step: Literal[-1, 1], left_at: int | None) -> str | None:
    """The letter that an arrow of the pane leads to, None at the end; left_at as for pane_letter."""
    index = shown.index(letter_id) if letter_id in shown else None
    before, after = _around(index, len(shown), left_at)
    place = after if step == 1 else before
    return shown[place] if 0 <= place < len(shown) else None


def _around(index: int | None, shown: int, left_at: int | None) -> tuple[int, int]:
    """The places before and after the letter; none of them is a row's where nobody knows where it stood."""
    if index is not None:
        return index - 1, index + 1
    if left_at is None:
        return -1, shown
    gap = min(left_at, shown)
    return gap - 1, gap


def _position(index: int | None, shown: int, left_at: int | None) -> str:
    if index is not None:
        return f"{index + 1} of {shown}"
    return "not among the rows shown" if left_at is None else "no longer among the rows shown"


def _status(detail: LetterDetail) -> PaneStatus:
    letter = detail.letter
    reasons = (detail.overdue, in_words(letter.reason, letter.reason_code))
    return {
        "label": letter.row.label,
        "long_label": letter.row.long_label,
        "badge": detail.badge.value,
        "meaning": letter.row.meaning,
        "advice": " ".join(filter(None, (letter.row.advice, _link_term(detail), pair_in_words(detail)))),
        "reason": " ".join(filter(None, reasons)) or None,
        "in_doubt": letter.in_doubt,
    }


def _warnings(detail: LetterDetail) -> list[str]:
    letter = detail.letter
    note = f": {letter.closed_note}" if letter.closed_note else "."
    closed = f"Closed on {day(letter.closed_at)}{note}" if letter.closed_at else ""
    return [
        warning
        for warning, holds in {
            letter.warning: True,
            closed: True,
            _link_trouble(detail): True,
            "The patient's record says that the patient has died.": letter.patient.deceased,
            "The patient has opted out of letters.": letter.patient.opted_out,
        }.items()
        if warning and holds
    ]


def _link_term(detail: LetterDetail) -> str:
    link = detail.link
    if link is None or not link.works:
        return ""
    return f"The patient’s link works until {day(link.expires_at)}."


def pair_in_words(detail: LetterDetail) -> str:
    """The other letters that were written together with this one, each with a status of its own."""
    others = ", ".join(f"{each.row.label}, reference {each.reference}" for each in detail.pair)
    return f"Written together with: {others}." if others else ""


def _link_trouble(detail: LetterDetail) -> str:
    """Why the patient may not get in, as far as the link tells; nothing of a letter that needs none."""
    link = detail.link
    if link is None or not detail.letter.row.out:
        return ""
    said = [] if link.works else ["The patient’s link doesn’t work any more: it has expired or was stopped."]
    if link.wrong.last_at and link.wrong.count:
        tries = f"{link.wrong.count} wrong answer{'' if link.wrong.count == 1 else 's'} in a row"
        said.append(f"On the patient’s page: {tries}, the last on {day_and_time(link.wrong.last_at)}.")
    if link.wrong.locked_until and link.locked:
        said.append(f"Locked until {day_and_time(link.wrong.locked_until)}.")
    return " ".join(said)


def _patient(detail: LetterDetail) -> Patient:
    patient = detail.letter.patient
    if not detail.sees_patient:
        return {"name": patient_reference(patient.id), "nhs_number": None, "date_of_birth": None}
    born = patient.date_of_birth
    return {
        "name": patient.name,
        "nhs_number": spaced_nhs_number(patient.nhs_number),
        "date_of_birth": day_of(born) if born else None,
    }


def history(detail: LetterDetail, gateway_labels: dict[str, str]) -> list[PaneEvent]:
    """What happened to the letter, the newest first."""
    return [_event(event, gateway_labels) for event in reversed(detail.events)]


def _event(event: Event, gateway_labels: dict[str, str]) -> PaneEvent:
    word = {status: status_row(event.channel, status).label for status in _statuses(event)}
    by_patient = "The patient" if event.cause is Cause.PORTAL else ""
    who = event.user_name or by_patient or gateway_labels.get(event.gateway, event.gateway)
    return {
        "at": day_and_time(event.at),
        "from": word.get(event.from_status) if event.from_status else None,
        "to": word.get(event.to_status) if event.to_status else None,
        "who": who or None,
        "reason": in_words(event.reason, event.code) or None,
        "reference": event.reference or None,
        "note": _KINDS.get(event.kind),
        "applied": event.applied,
    }


def _statuses(event: Event) -> list[Status]:
    return [status for status in (event.from_status, event.to_status) if status]


def _offers(detail: LetterDetail) -> list[PaneActionOffer]:
    """What can be done and why the rest can't; for those who may do nothing, that."""
    offers = [_offer(action, verdict, detail) for action, verdict in detail.verdicts.items()]
    if detail.may_not:
        offers = [_plain_offer("none", "Actions", detail.may_not)]
    return [*offers, _edit(detail)] if detail.may_write else offers


def _edit(detail: LetterDetail) -> PaneActionOffer:
    return _plain_offer(EDIT, "Edit", why_not_edited(detail.letter))


def _plain_offer(action: str, label: str, why_not: str) -> PaneActionOffer:
    return {
        "action": action,
        "label": label,
        "enabled": not why_not,
        "why": why_not or None,
        "primary": False,
        "form": None,
    }


def _offer(action: Action, verdict: Verdict, detail: LetterDetail) -> PaneActionOffer:
    again = action is Action.PRINT and detail.letter.status is Status.PRINTED
    possible = verdict.answer is not Answer.NO
    return {
        "action": action,
        "label": "Print again" if again else action.label,
        "enabled": possible,
        "why": None if possible else verdict.reason,
        "primary": action is _primary(detail),
        "form": _form(action, detail) if possible else None,
    }


def _primary(detail: LetterDetail) -> Action | None:
    """The first of the usual next steps that is possible."""
    verdicts = detail.verdicts
    possible = (each for each in _PRIMARY if each in verdicts and verdicts[each].answer is not Answer.NO)
    return next(possible, None)


def _form(action: Action, detail: LetterDetail) -> Form | None:
    match action:
        case Action.CLOSE:
            return {"kind": "note", "label": "Why no more work is needed", "choices": []}
        case Action.STOP_LINK:
            question = "Stop the link? Whoever has it can't open the letter by it any more."
            return {"kind": "confirm", "label": question, "choices": []}
        case Action.REMOVE:
            return {
                "kind": "confirm",
                "label": "Remove the letter from the batch? It is not sent; its history stays.",
                "choices": [],
            }
        case Action.CHANGE_CHANNEL:
            choices: list[Choice] = [
                {"value": channel.value, "label": channel.label} for channel in other_channels(detail.letter)
            ]
            doubt = detail.verdicts[action].reason
            return {"kind": "choice", "label": f"{doubt} Send it another way:".strip(), "choices": choices}
    return None
