"""What the detail pane shows of a document: findings, where they are, and the address in its window."""

from typing import Any

import pytest

from services.domain.layout import Box, Finding, Layout
from services.domain.people import User
from services.domain.vocabulary import Channel
from tests.builders import ADMIN, ANALYST, SERVICE
from tests.contract.batch_world import FAILURE, World
from tests.pages.desk import desk
from tests.pages.test_pane import pane

ADDRESS = ("Ada Example1", "7 Mill Row", "Wherrymere", "ZZ99 4AA")
OTHER = ("Bob Beech", "1 Quayside Lane", "Wherrymere", "ZZ99 3VZ")
REASON = "There is print where none may be."


def broken(page: int = 1, *boxes: Box) -> Layout:
    return Layout(address=ADDRESS, findings=(Finding(code="x", reason=REASON, page=page, boxes=boxes),))


def made(world: World, layout: Layout, channel: Channel = Channel.H, *, uploaded: bool = False) -> str:
    """A letter whose PDF is there, and is so laid out."""
    world.press.layout = layout
    letter_id = world.add(channel)
    world.app.rendering.ahead(SERVICE.id, 10)
    if uploaded:
        with world.work() as uow:
            uow.letters.patch([letter_id], uploaded=True, window=layout.address)
    return letter_id


def paper(world: World, letter_id: str) -> Any:
    return pane(world, letter_id)["document"]


@pytest.mark.parametrize(
    ("box", "place"),
    [
        (Box(3, 120.4, 9, 2), "page 2, left margin, 120 mm from the top"),
        (Box(197, 60, 13, 2), "page 2, right margin, 60 mm from the top"),
        (Box(60, 0, 20, 4), "page 2, top margin, 60 mm from the left"),
        (Box(60, 293, 20, 4), "page 2, bottom margin, 60 mm from the left"),
        (Box(24.6, 39.5, 95.4, 26.8), "page 2, 25 mm from the left, 40 mm from the top"),
    ],
)
def test_a_finding_says_its_place_and_marks_it(world: World, box: Box, place: str) -> None:
    [finding] = paper(world, made(world, broken(2, box)))["findings"]
    assert (finding["reason"], finding["page"], finding["place"]) == (REASON, 2, place)
    [mark] = finding["marks"]
    assert mark["left"] * 2.1 == pytest.approx(box.left)
    assert mark["top"] * 2.97 == pytest.approx(box.top)
    assert mark["width"] * 2.1 == pytest.approx(box.width)
    assert mark["height"] * 2.97 == pytest.approx(box.height)


def test_a_finding_without_a_place_names_its_page_or_nothing(world: World) -> None:
    layout = Layout(
        findings=tuple(Finding(code="x", reason=REASON, page=page) for page in (3, 0))
        + broken(1, Box(1, 50, 9, 2), Box(1, 80, 9, 2), Box(1, 90, 9, 2)).findings
    )
    places = [finding["place"] for finding in paper(world, made(world, layout))["findings"]]
    assert places == ["page 3", "", "page 1, left margin, 50 mm from the top, and 2 more"]


@pytest.mark.parametrize("channel", Channel)
@pytest.mark.parametrize("uploaded", [False, True])
def test_findings_are_shown_where_they_hinder(world: World, channel: Channel, *, uploaded: bool) -> None:
    shown = paper(world, made(world, broken(), channel, uploaded=uploaded))
    assert bool(shown["findings"]) is (uploaded or channel is Channel.H)
    assert not shown["fit_to_post"]


@pytest.mark.parametrize("channel", Channel)
def test_a_good_layout_is_said_of_what_is_posted_once_it_is_known(world: World, channel: Channel) -> None:
    letter_id = world.add(channel)
    assert not paper(world, letter_id)["fit_to_post"]
    world.app.rendering.ahead(SERVICE.id, 10)
    assert paper(world, letter_id)["fit_to_post"] is (channel is Channel.H)


def test_every_page_is_offered_as_sharp_as_the_screen_can_show_it(world: World) -> None:
    letter_id = made(world, Layout(address=ADDRESS))
    [image] = paper(world, letter_id)["images"]
    version = world.letter(letter_id).document_id
    url = f"/letters/{letter_id}/page/1.png?v={version}"
    assert image == {"url": f"{url}&dpi=110", "srcset": f"{url}&dpi=110 910w, {url}&dpi=200 1654w"}


@pytest.mark.parametrize("channel", [Channel.PRINT, Channel.H])
def test_a_window_with_another_address_is_red_beside_the_record(world: World, channel: Channel) -> None:
    letter_id = made(world, Layout(address=OTHER), channel, uploaded=True)
    shown = pane(world, letter_id)
    to = shown["recipient"]
    assert (to["heading"], to["lines"]) == ("Read through the window", list(OTHER))
    assert to["record"] == {"heading": "On record", "lines": list(ADDRESS)}
    assert not to["ok"]
    assert to["problem"].endswith("The address in the window is not the one on the patient's record.")
    assert to["problem"].startswith("It can't go by hybrid mail.") is (channel is Channel.H)
    assert not paper(world, letter_id)["fit_to_post"]
    whys = [offer["why"] for offer in shown["actions"] if offer["action"] == "send"]
    refused = f"{to['problem'].rstrip('.')}: {', '.join(OTHER)}."
    assert whys == ([refused] if channel is Channel.H else [])


def test_a_window_in_other_words_is_shown_beside_the_record(world: World) -> None:
    window = ("Ms A Example1", "7 Mill Row", "ZZ99 4AA")
    to = pane(world, made(world, Layout(address=window), uploaded=True))["recipient"]
    assert (to["lines"], to["record"]["lines"], to["ok"]) == (list(window), list(ADDRESS), True)
    assert to["problem"].startswith("The window has other words than the record")


def test_a_line_broken_otherwise_is_no_other_address(world: World) -> None:
    window = ("Ada Example1", "7 Mill", "Row, Wherrymere", "ZZ99 4AA")
    to = pane(world, made(world, Layout(address=window), uploaded=True))["recipient"]
    assert (to["record"], to["problem"]) == (None, None)


def test_an_address_that_nobody_read_is_not_said_to_stand_in_the_window(world: World) -> None:
    letter_id = made(world, Layout(), Channel.PRINT, uploaded=True)
    assert pane(world, letter_id)["recipient"]["heading"] == "On record"
    read = made(world, Layout(address=OTHER), Channel.E)
    assert pane(world, read)["recipient"]["heading"] == "Text message to"


def test_a_letter_that_is_out_shows_what_was_frozen_and_nothing_else(world: World) -> None:
    letter_id, _ = world.sent(Channel.H)
    world.edit_patient(letter_id, address=OTHER[1:])
    to = pane(world, letter_id)["recipient"]
    assert (to["heading"], to["lines"], to["record"]) == ("Address in the window", list(ADDRESS), None)
    assert to["problem"].startswith("The record has changed since the letter was sent")


def test_who_may_not_read_letters_is_shown_nothing_of_their_layout(world: World) -> None:
    letter_id = made(world, Layout(address=OTHER, findings=broken(1).findings), uploaded=True)
    shown = pane(world, letter_id, ANALYST)
    assert (shown["document"]["findings"], shown["document"]["images"]) == ([], [])
    assert OTHER[0] not in str(shown)
    assert REASON not in str(shown)


@pytest.mark.parametrize("user", [ADMIN, ANALYST])
def test_a_row_says_why_it_cannot_be_posted_to_those_who_see_patients(
    world: World, monkeypatch: pytest.MonkeyPatch, user: User
) -> None:
    post, _paper = made(world, broken(2)), made(world, broken(2), Channel.PRINT)
    with desk(world, monkeypatch, user) as opened:
        reasons = {row["id"]: row["status"]["reason"] for row in opened.shown["letters"]["rows"]}
    why = f"It can't go by hybrid mail. Page 2: {REASON}"
    assert {key: reason for key, reason in reasons.items() if reason} == (
        {post: why} if user is ADMIN else {}
    )


def test_the_page_says_that_what_was_queued_stays_as_it_was(world: World) -> None:
    letter_id = made(world, Layout(address=ADDRESS))
    assert paper(world, letter_id)["note"] is None
    sent, _ = world.sent(Channel.H)
    assert paper(world, sent)["note"].startswith("As it was queued on 23 Nov 2026, 12:00")
    world.report(world.attempts(sent)[-1], FAILURE[Channel.H])
    world.app.rendering.ahead(SERVICE.id, 10)
    assert paper(world, sent)["note"] == "As it would go out now. What was sent before stays as it was."
