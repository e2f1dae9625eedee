"""Which action is possible when: a list written from docs/product.md section 2, for every status."""

from dataclasses import replace
from typing import Any, Final

import pytest

from services.domain.letter import Letter
from services.domain.status import STATUSES
from services.domain.verdict import Answer, other_channels, verdict, why_not_edited, worth_a_word
from services.domain.vocabulary import Action, Channel, Status
from tests.builders import NOON, PAPER_ONLY, letter, patient

POSSIBLE: Final = {
    "print.pending": "print download change_channel remove",
    "print.printed": "print download",
    "gp.pending": "send download change_channel remove",
    "gp.queued": "download",
    "gp.sent": "download",
    "gp.delivered": "download",
    "gp.failed": "resend print download change_channel close",
    "gp.printed": "resend print download",
    "e.pending": "send download change_channel remove",
    "e.queued": "download stop_link",
    "e.sent": "new_link download change_channel stop_link",
    "e.delivered": "new_link download change_channel stop_link",
    "e.accessed": "new_link download change_channel stop_link",
    "e.viewed": "download stop_link",
    "e.failed": "resend print download change_channel close stop_link",
    "e.printed": "resend print download",
    "h.pending": "send download change_channel remove",
    "h.queued": "download",
    "h.sent_for_processing": "download",
    "h.posted": "download",
    "h.failed": "resend print download change_channel close",
    "h.printed": "resend print download",
}
GOES_OUT: Final = [
    (Action.SEND, letter(Channel.E)),
    (Action.PRINT, letter()),
    (Action.PRINT, letter(status=Status.PRINTED)),
    (Action.RESEND, letter(Channel.GP, Status.FAILED)),
    (Action.PRINT, letter(Channel.H, Status.FAILED)),
]


def at(key: str, **values: Any) -> Letter:
    channel, status = key.split(".")
    return letter(Channel(channel), Status(status), **values)


def test_the_list_names_every_status() -> None:
    assert set(POSSIBLE) == {row.key for row in STATUSES}


@pytest.mark.parametrize("key", POSSIBLE)
def test_each_status_allows_its_actions_and_no_others(key: str) -> None:
    allowed = {action for action in Action if verdict(at(key), action).answer is not Answer.NO}
    assert allowed == {Action(name) for name in POSSIBLE[key].split()}


@pytest.mark.parametrize("key", POSSIBLE)
def test_a_word_is_lost_on_whatever_is_possible_and_on_nothing_pointless(key: str) -> None:
    open_one = {action for action in Action if worth_a_word(at(key), action)}
    assert open_one >= {Action(name) for name in POSSIBLE[key].split()}
    assert Action.REOPEN not in open_one
    assert not open_one >= {Action.SEND, Action.RESEND}
    closed = {action for action in Action if worth_a_word(at(key, closed_at=NOON), action)}
    assert Action.CLOSE not in closed


def test_a_print_letter_is_never_sent_nor_closed() -> None:
    assert {action for action in Action if worth_a_word(at("print.printed"), action)} == {
        Action.PRINT, Action.DOWNLOAD, Action.CHANGE_CHANNEL, Action.REMOVE,
    }  # fmt: skip


@pytest.mark.parametrize("key", POSSIBLE)
def test_whatever_is_refused_has_its_reason(key: str) -> None:
    refused = [verdict(at(key), action) for action in Action]
    assert [each for each in refused if (each.answer is Answer.YES) is bool(each.reason)] == []


@pytest.mark.parametrize(("action", "sound"), GOES_OUT)
@pytest.mark.parametrize(("flag", "said"), [("deceased", "has died"), ("opted_out", "opted out")])
def test_what_goes_to_one_who_died_or_opted_out_is_confirmed(
    action: Action, sound: Letter, flag: str, said: str
) -> None:
    flagged = replace(sound, patient=patient(**{flag: True}))
    found = verdict(flagged, action)
    assert found.answer is Answer.CONFIRM
    assert said in found.reason
    assert verdict(sound, action).answer is Answer.YES


def test_looking_at_a_flagged_letter_needs_no_confirmation() -> None:
    flagged = letter(patient=patient(deceased=True, opted_out=True))
    assert verdict(flagged, Action.DOWNLOAD).answer is Answer.YES
    assert verdict(flagged, Action.REMOVE).answer is Answer.YES


@pytest.mark.parametrize("key", POSSIBLE)
def test_an_unknown_outcome_is_confirmed_before_it_goes_again_in_any_way(key: str) -> None:
    unknown = at(key, reason_code="outcome-unknown")
    asked = {action for action in Action if verdict(unknown, action).answer is Answer.CONFIRM}
    assert asked == {Action(name) for name in POSSIBLE[key].split()} & {
        Action.PRINT, Action.SEND, Action.RESEND, Action.NEW_LINK, Action.CHANGE_CHANNEL,
    }  # fmt: skip
    assert [action for action in asked if "twice" not in verdict(unknown, action).reason] == []


@pytest.mark.parametrize(
    ("key", "code", "answer"),
    [
        ("h.failed", "technical-failure", Answer.CONFIRM),
        ("h.printed", "technical-failure", Answer.CONFIRM),
        ("e.failed", "technical-failure", Answer.YES),
        ("e.printed", "technical-failure", Answer.YES),
        ("h.failed", "validation-failed", Answer.YES),
        ("e.failed", "permanent-failure", Answer.YES),
    ],
)
def test_a_printers_fault_is_confirmed(key: str, code: str, answer: Answer) -> None:
    assert verdict(at(key, reason_code=code), Action.RESEND).answer is answer


@pytest.mark.parametrize("action", [Action.RESEND, Action.PRINT, Action.CHANGE_CHANNEL, Action.CLOSE])
def test_a_closed_letter_is_opened_again_first(action: Action) -> None:
    closed = letter(Channel.E, Status.FAILED, closed_at=NOON)
    assert verdict(closed, action).answer is Answer.NO
    assert verdict(closed, action).reason == "It is closed. Open it again first."
    assert verdict(closed, Action.DOWNLOAD).answer is Answer.YES
    assert verdict(closed, Action.REOPEN).answer is Answer.YES


@pytest.mark.parametrize("action", Action)
def test_nothing_is_done_with_a_removed_letter(action: Action) -> None:
    assert verdict(letter(removed_at=NOON), action).reason == "It was removed from the batch."


def test_a_refusal_says_what_the_action_is_for() -> None:
    delivered = letter(Channel.E, Status.DELIVERED)
    assert verdict(delivered, Action.SEND).reason == "It is [E] Delivered: Send is for pending letters."
    assert verdict(delivered, Action.RESEND).reason == "It is [E] Delivered: Re-send is for failed letters."


def test_what_is_missing_is_said_before_sending() -> None:
    unreached = letter(Channel.E, patient=patient(mobile="", sms_consent=False))
    found = verdict(unreached, Action.SEND)
    assert found.answer is Answer.NO
    assert found.reason == ("It can't go by text message: no mobile number; no consent to text messages.")
    assert verdict(replace(unreached, status=Status.FAILED), Action.RESEND).answer is Answer.NO
    assert verdict(replace(unreached, status=Status.FAILED), Action.PRINT).answer is Answer.YES


def test_a_letter_changes_to_the_channels_of_its_template() -> None:
    assert other_channels(letter(Channel.E)) == [Channel.PRINT, Channel.GP, Channel.H]
    assert verdict(letter(Channel.E), Action.CHANGE_CHANNEL, Channel.H).answer is Answer.YES
    assert verdict(letter(Channel.E), Action.CHANGE_CHANNEL, Channel.E).answer is Answer.NO
    paper = letter(Channel.E, template=PAPER_ONLY)
    assert verdict(paper, Action.CHANGE_CHANNEL, Channel.PRINT).answer is Answer.YES
    assert verdict(paper, Action.CHANGE_CHANNEL, Channel.H).reason == (
        "The template “Paper only” doesn't offer Hybrid mail."
    )
    assert "no other channel" in verdict(letter(template=PAPER_ONLY), Action.CHANGE_CHANNEL).reason


@pytest.mark.parametrize("key", POSSIBLE)
def test_only_what_waits_is_edited(key: str) -> None:
    waits = key.endswith((".pending", ".failed"))
    assert (why_not_edited(at(key)) == "") is waits


@pytest.mark.parametrize("hindered", [{"uploaded": True}, {"closed_at": NOON}, {"removed_at": NOON}])
def test_what_is_closed_removed_or_brought_along_is_not_edited(hindered: dict[str, Any]) -> None:
    assert "nothing was saved" in why_not_edited(at("h.failed", **hindered))
