"""Whether a letter can be actioned now, by its own state alone. Pages show it, services decide by it."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from services.domain.documents import Rendered
from services.domain.layout import Layout
from services.domain.letter import Letter, Patient
from services.domain.postcode import as_postcode
from services.domain.recipient import is_about, is_addressed_to, missing
from services.domain.status import STATUSES
from services.domain.vocabulary import Action, Cause, Channel, Status

OUTCOME_UNKNOWN: Final = "outcome-unknown"
PRINTERS_FAULT: Final = "technical-failure"
OTHER_ADDRESS: Final = "The address in the window is not the one on the patient's record"
NOT_CHECKED: Final = "Nobody has checked its layout. Print it instead."
POSSIBLE_DUPLICATE: Final = "Possible duplicate: the delivery provider has it more than once."
RESOLVED_UNSEEN: Final = (
    "The practice resolved a rejection that was never reported here: ask it whether the letter arrived."
)

_GOES_OUT: Final = frozenset({Action.PRINT, Action.SEND, Action.RESEND, Action.NEW_LINK})
_GOES_AGAIN: Final = _GOES_OUT | {Action.CHANGE_CHANNEL}
_MEANT_FOR: Final = {
    Action.PRINT: "print letters and failed ones",
    Action.DOWNLOAD: "every letter",
    Action.SEND: "pending letters",
    Action.RESEND: "failed letters",
    Action.NEW_LINK: "letters by text message that were not viewed",
    Action.STOP_LINK: "letters whose link is out",
    Action.CHANGE_CHANNEL: "pending, failed and unviewed letters",
    Action.REMOVE: "pending letters",
    Action.CLOSE: "failed letters",
    Action.REOPEN: "closed letters",
}


class Answer(StrEnum):
    """YES: go on. CONFIRM: only when the user confirms this very letter. NO: not now."""

    YES = "yes"
    CONFIRM = "confirm"
    NO = "no"


_OF_CHANNEL: Final = {
    channel: {action for row in STATUSES if row.channel is channel for action in row.actions}
    for channel in Channel
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """The answer, and for anything but YES the reason as a sentence."""

    answer: Answer = Answer.YES
    reason: str = ""


def verdict(letter: Letter, action: Action, channel: Channel | None = None) -> Verdict:
    """Whether `action` can be done with the letter now; `channel` is where Change channel leads.

    A letter that nobody can take back is confirmed one by one: the patient has died or opted out, the outcome
    of the last attempt is unknown, or the printer failed (docs/product.md section 2). The last two are asked
    about before another channel is chosen, too.
    """
    if reason := _hindrance(letter, action, channel):
        return Verdict(answer=Answer.NO, reason=reason)
    if action in _GOES_OUT and (reservation := _reservation(letter, action)):
        return Verdict(answer=Answer.CONFIRM, reason=reservation)
    if action in _GOES_AGAIN and (doubt := _doubt(letter)):
        return Verdict(answer=Answer.CONFIRM, reason=doubt)
    return Verdict()


def why_not_edited(letter: Letter) -> str:
    """What stands in the way of editing the letter; empty where it waits (docs/product.md section 4)."""
    if letter.removed_at:
        return "It was removed from the batch: nothing was saved."
    if letter.uploaded:
        return "It is a PDF that was brought along: nothing was saved. Remove it, and add the corrected PDF."
    if letter.closed_at:
        return "It is closed: nothing was saved. Open it again first."
    if letter.status is Status.QUEUED:
        return f"It is {letter.row.label}: edits are no longer saved, and it goes out as it was queued."
    if not letter.row.pending_group:
        return f"It is {letter.row.label}: what went out stays as it was, and nothing was saved."
    return ""


def worth_a_word(letter: Letter, action: Action) -> bool:
    """Whether a user may wonder about the action here: of two that exclude each other, about one alone."""
    match action:
        case Action.SEND:
            sensible = letter.status is Status.PENDING
        case Action.RESEND:
            sensible = letter.status is not Status.PENDING
        case Action.CLOSE:
            sensible = letter.closed_at is None
        case Action.NEW_LINK | Action.STOP_LINK:
            sensible = action in letter.row.actions
        case Action.REOPEN:
            sensible = letter.closed_at is not None
        case _:
            sensible = True
    return sensible and action in _OF_CHANNEL[letter.channel]


def carried(letter: Letter, cause: Cause) -> tuple[str, str] | None:
    """Code and reason that stay with a letter when `cause` moves it; None where they give way to new ones.

    A printed letter goes on saying why it had failed. On another channel only a doubt stays, until the letter
    goes out again: otherwise the way round would need no confirmation.
    """
    if cause is Cause.PRINT or (cause is Cause.CHANGE_CHANNEL and _doubt(letter)):
        return letter.reason_code, letter.reason
    return None


def _hindrance(letter: Letter, action: Action, channel: Channel | None) -> str:
    if letter.removed_at:
        return "It was removed from the batch."
    if action not in letter.row.actions:
        return f"It is {letter.row.label}: {action.label} is for {_MEANT_FOR[action]}."
    if letter.closed_at and action is not Action.DOWNLOAD and action is not Action.REOPEN:
        return "It is closed. Open it again first."
    if action is Action.REOPEN and not letter.closed_at:
        return "It is not closed."
    if action is Action.CHANGE_CHANNEL:
        return _channel_hindrance(letter, channel)
    if action in (Action.SEND, Action.RESEND, Action.NEW_LINK):
        return _no_way_out(letter)
    return ""


def _no_way_out(letter: Letter) -> str:
    """What stands in the way of the letter's own channel."""
    if lacks := missing(letter.patient, letter.channel):
        return cannot_go(letter.channel, lacks)
    return _not_postable(letter) if letter.channel is Channel.H else ""


def _not_postable(letter: Letter) -> str:
    """What stands in the way of hybrid mail for the letter's present PDF. Others than uploads are made anew
    when the record changes, so that their address is the patient's.
    """
    if letter.post_problem:
        return cannot_be_posted(letter.post_problem)
    if letter.uploaded and not is_addressed_to(letter.window, letter.patient):
        return cannot_be_posted(other_address(letter.window))
    return ""


_WAYS: Final = {
    Channel.PRINT: "on paper",
    Channel.GP: "to the GP practice",
    Channel.E: "by text message",
    Channel.H: "by hybrid mail",
}


def cannot_go(channel: Channel, lacks: Sequence[str]) -> str:
    """What stands in the way of a channel, as one sentence."""
    return f"It can't go {_WAYS[channel]}: {'; '.join(lacks)}."


def cannot_be_posted(problem: str) -> str:
    """What the print rules have against a letter's PDF, as sentences."""
    return f"It can't go {_WAYS[Channel.H]}. {problem}"


def why_not_posted(layout: Layout | None, patient: Patient | None) -> str:
    """What stands in the way of hybrid mail for a PDF of this layout; empty where it can go.

    What is posted has to keep the print rules, and to show this patient's address in its window. Without a
    patient that isn't asked: a letter of ours was set from the record.
    """
    if layout is None or layout.findings:
        return cannot_be_posted(layout.problem if layout else NOT_CHECKED)
    if patient and not is_addressed_to(layout.address, patient):
        return cannot_be_posted(other_address(layout.address))
    return ""


def why_not_theirs(document: Rendered, patient: Patient) -> str:
    """Why an uploaded PDF can't be this patient's letter; empty where it can. Pictures name nobody."""
    if not document.text.strip() or is_about(document.text, patient):
        return ""
    return "It doesn't name the patient: neither the NHS number nor the name stands in it."


def other_address(lines: Sequence[str]) -> str:
    """What is wrong with an address that isn't the patient's, as a sentence."""
    return f"{OTHER_ADDRESS}: {', '.join(lines)}." if lines else f"{OTHER_ADDRESS}: there is none."


def _channel_hindrance(letter: Letter, channel: Channel | None) -> str:
    if channel is None:
        return (
            ""
            if other_channels(letter)
            else f"The template “{letter.template.name}” offers no other channel."
        )
    if channel not in other_channels(letter):
        return f"The template “{letter.template.name}” doesn't offer {channel.label}."
    return _not_postable(letter) if channel is Channel.H and letter.uploaded else ""


def other_channels(letter: Letter) -> list[Channel]:
    """The channels that the letter's template offers beside its own; printing is always offered."""
    offered = letter.template.offered
    return [channel for channel in Channel if channel in offered and channel is not letter.channel]


def _reservation(letter: Letter, action: Action) -> str:
    """What speaks against writing to the patient at all, or on this paper."""
    if letter.patient.deceased:
        return "The patient's record says that the patient has died."
    if letter.patient.opted_out:
        return "The patient has opted out of letters."
    if action is Action.PRINT and _shows_another_address(letter):
        return f"{other_address(letter.window)} Printed, it may go to somebody else."
    return ""


def _shows_another_address(letter: Letter) -> bool:
    """Of an upload to the patient. What isn't laid out for a window has no postcode where one would be."""
    is_address = letter.uploaded and letter.channel is not Channel.GP and letter.window
    return bool(
        is_address and as_postcode(letter.window[-1]) and not is_addressed_to(letter.window, letter.patient)
    )


def _doubt(letter: Letter) -> str:
    """What speaks against another attempt, whichever way it goes."""
    if letter.reason_code == OUTCOME_UNKNOWN:
        return "Nobody knows whether the last attempt arrived: it may go out twice."
    # A text message that failed says the same word and means no printer; a pending one has it from elsewhere.
    text_message = letter.channel is Channel.E and letter.status is not Status.PENDING
    if letter.reason_code == PRINTERS_FAULT and not text_message:
        return "The printer failed: GOV.UK Notify asks not to send it again without asking them."
    return ""
