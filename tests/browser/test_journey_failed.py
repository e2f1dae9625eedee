"""What is done with a letter that has failed, or that had better not go."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from services.domain.vocabulary import Channel, Status
from tests.browser.caseload import REFUSED, WRONG_MOBILE, Caseload, line
from tests.browser.conftest import SitDown, TakeIn
from tests.browser.desk import ANY, Desk
from tests.browser.processes import Site
from tests.waiting import wait_until


@pytest.fixture
def failed(take: TakeIn, sit_down: SitDown) -> tuple[Caseload, Desk]:
    """A therapist at her letters, two of which have failed."""
    caseload = take(
        line("Hollingberry", "e", mobile=WRONG_MOBILE),
        line("Pennywhistle", "gp", **REFUSED),
        line("Marchbanks"),
    )
    desk = sit_down(caseload.therapist)
    desk.tick("Hollingberry", "Pennywhistle")
    desk.press("Print/Send selected")
    desk.question.get_by_role("button", name="Go on with 2 letters").click()
    desk.says("2 queued for sending")
    expect(desk.status("Hollingberry")).to_have_text("[E] Failed")
    expect(desk.status("Pennywhistle")).to_have_text("[GP] Failed")
    return caseload, desk


def test_it_is_sent_again_then_printed_from_its_row(
    failed: tuple[Caseload, Desk], site: Site, tmp_path: Path
) -> None:
    caseload, desk = failed
    desk.press_on("Hollingberry", "Re-send")
    wait_until(lambda: len(site.attempts(caseload["Hollingberry"])) == 2)
    wait_until(lambda: site.letter(caseload["Hollingberry"]).status is Status.FAILED)
    expect(desk.status("Hollingberry")).to_have_text("[E] Failed")
    desk.says("1 queued for sending again.")

    desk.downloaded(lambda: desk.press_on("Hollingberry", "Print"), tmp_path)
    desk.show(["Pennywhistle", "Marchbanks"])
    desk.page.goto(f"{site.url}/?{ANY}")
    expect(desk.status("Hollingberry")).to_have_text("[E] Printed")
    assert site.statuses(caseload["Hollingberry"])[-2:] == [Status.FAILED, Status.PRINTED]


def test_it_is_closed_with_a_note_and_opened_again(failed: tuple[Caseload, Desk], site: Site) -> None:
    caseload, desk = failed
    desk.open("Pennywhistle")
    desk.pane.get_by_role("button", name="Close", exact=True).last.click()
    desk.pane.get_by_role("button", name="Close", exact=True).last.click()
    expect(desk.pane.get_by_role("alert")).to_have_text("Write a note first.")
    desk.pane.get_by_role("textbox").fill("The patient has moved away")
    desk.pane.get_by_role("button", name="Close", exact=True).last.click()
    desk.show(["Hollingberry", "Marchbanks"])
    letter = site.letter(caseload["Pennywhistle"])
    assert (letter.status, letter.closed_note) == (Status.FAILED, "The patient has moved away")

    desk.page.goto(f"{site.url}/?status=closed")
    expect(desk.row("Pennywhistle")).to_contain_text("Closed")
    desk.open("Pennywhistle")
    expect(desk.pane).to_contain_text("The patient has moved away")
    desk.pane.get_by_role("button", name="Open again").click()
    desk.says("1 opened again.")
    desk.page.goto(site.url)
    desk.show(["Hollingberry", "Pennywhistle", "Marchbanks"])


def test_it_goes_another_way_and_only_a_pending_one_is_removed(
    failed: tuple[Caseload, Desk], site: Site
) -> None:
    caseload, desk = failed
    desk.open("Hollingberry")
    desk.pane.get_by_role("button", name="Change channel").click()
    desk.pane.get_by_role("radio", name="Hybrid mail").check()
    desk.pane.get_by_role("button", name="Change channel").click()
    expect(desk.status("Hollingberry")).to_have_text("[H] Pending")
    letter = site.letter(caseload["Hollingberry"])
    assert (letter.channel, letter.status, letter.attempt_id) == (Channel.H, Status.PENDING, None)
    desk.page.keyboard.press("Escape")

    desk.open("Pennywhistle")
    expect(desk.pane.get_by_role("button", name="Remove from batch")).to_have_count(0)
    desk.page.keyboard.press("Escape")
    desk.open("Marchbanks")
    desk.pane.get_by_role("button", name="Remove from batch").click()
    desk.pane.get_by_role("button", name="Yes, remove from batch").click()
    desk.show(["Hollingberry", "Pennywhistle"])
    assert site.letter(caseload["Marchbanks"]).removed_at is not None
    assert site.events(caseload["Marchbanks"])[-1].kind == "remove"
