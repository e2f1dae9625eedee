"""A failed letter is a figure of Reject reasons and of Delivery, which opens it in the table."""

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.accessibility import violations_at_rest
from tests.browser.caseload import WRONG_MOBILE, line
from tests.browser.conftest import SitDown, TakeIn
from tests.browser.desk import ANY, Desk, team_view
from tests.browser.processes import ADMIN, MANAGER
from tests.browser.test_journey_superuser import go

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page


def test_a_number_opens_the_letters_behind_it_and_they_can_be_actioned(
    take: TakeIn, sit_down: SitDown
) -> None:
    caseload = take(line("Bickerstaffe", "e", mobile=WRONG_MOBILE), line("Cholmondeley", "e"))
    desk = sit_down(ADMIN, team_view(caseload, ANY))
    desk.press_on("Bickerstaffe", "Send")
    expect(desk.status("Bickerstaffe")).to_have_text("[E] Failed")
    desk.press_on("Cholmondeley", "Send")
    expect(desk.status("Cholmondeley")).to_have_text("[E] Delivered")
    page = desk.page
    go(page, "Reject reasons")
    choose_team(page, caseload.team)
    row = page.get_by_role("row").filter(has_text="Ask the patient for mobile number and consent")
    behind = follow(row.get_by_role("link", name="1", exact=True))
    expect(behind.page.get_by_text("Only the letters behind a figure: Failed")).to_be_visible()
    behind.show(["Bickerstaffe"])
    expect(behind.row("Bickerstaffe").get_by_role("button", name="Re-send: ")).to_be_visible()
    behind.page.get_by_role("button", name="Show all").click()
    expect(behind.row("Bickerstaffe")).to_be_visible()
    go(page, "Delivery")
    expect(page.get_by_text("50.0%").first).to_be_visible()


def test_a_bar_of_the_chart_opens_its_letters(take: TakeIn, sit_down: SitDown) -> None:
    caseload = take(line("Mainwaring", "e", mobile=WRONG_MOBILE), line("Fothergill", "e"))
    desk = sit_down(ADMIN, team_view(caseload, ANY))
    desk.press_on("Mainwaring", "Send")
    expect(desk.status("Mainwaring")).to_have_text("[E] Failed")
    go(desk.page, "Reject reasons")
    choose_team(desk.page, caseload.team)
    desk.page.locator("[aria-roledescription=bar][aria-label*='Contact or consent missing']").click()
    expect(desk.page.get_by_text("Only the letters behind a figure: Failed")).to_be_visible()
    desk.show(["Mainwaring"])


def test_a_failed_letter_is_worked_on_and_closed_from_the_worklist(take: TakeIn, sit_down: SitDown) -> None:
    caseload = take(line("Cruickshank", "e", mobile=WRONG_MOBILE))
    desk = sit_down(caseload.therapist, team_view(caseload, ANY))
    desk.press_on("Cruickshank", "Send")
    expect(desk.status("Cruickshank")).to_have_text("[E] Failed")
    page = desk.page
    go(page, "Worklist")
    expect(
        page.get_by_text("Ask the patient for mobile number and consent, or print instead (1)")
    ).to_be_visible()
    page.get_by_role("button", name="Note").click()
    page.get_by_label("For 1", exact=True).fill("Rang twice")
    page.get_by_role("button", name="Save note").click()
    expect(page.get_by_text("The note is written to 1.")).to_be_visible()
    expect(page.get_by_role("cell", name="Rang twice")).to_be_visible()
    page.get_by_role("button", name="Close", exact=True).click()
    page.get_by_label("Why").fill("Handed over in the clinic")
    page.get_by_role("button", name="Close 1").click()
    expect(page.get_by_text("1 closed.")).to_be_visible()
    expect(page.get_by_text("Nothing failed, and nothing is stuck.")).to_be_visible()
    go(page, "Batch letters")
    desk.open("Cruickshank")
    expect(page.get_by_text("Handed over in the clinic").first).to_be_visible()


def choose_team(page: "Page", team: str) -> None:
    page.get_by_role("button", name="Team", exact=True).click()
    page.get_by_role("combobox", name="Team", exact=True).click()
    page.get_by_role("option", name=team, exact=True).click()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name=f"Team: {team}")).to_be_visible()
    expect(page.get_by_role("cell", name="Ask the patient for mobile number and consent")).to_have_count(1)


def follow(link: "Locator") -> Desk:
    """Opened in a tab of its own, where the figures stay as they are."""
    with link.page.context.expect_page() as opened:
        link.click()
    return Desk(opened.value)


@pytest.mark.parametrize("width", [1440, 390])
def test_axe_finds_nothing_on_the_figures(take: TakeIn, sit_down: SitDown, width: int) -> None:
    caseload = take(line("Featherington", "e", mobile=WRONG_MOBILE))
    desk = sit_down(ADMIN, team_view(caseload, ANY))
    desk.press_on("Featherington", "Send")
    expect(desk.status("Featherington")).to_have_text("[E] Failed")
    page, found = sit_down(MANAGER).page, {}
    there = {
        "Worklist": "The oldest since",
        "Delivery": "What is counted",
        "Reject reasons": "What is counted",
    }
    for title, words in there.items():
        page.set_viewport_size({"width": 1440, "height": 900})
        go(page, title)
        expect(page.get_by_text(words).first).to_be_visible()
        page.set_viewport_size({"width": width, "height": 900})
        expect(page.get_by_role("heading", name=title)).to_be_visible()
        page.wait_for_timeout(1500)  # the page is laid out anew for the other width
        found[title] = violations_at_rest(page)
    assert found == {title: [] for title in found}
