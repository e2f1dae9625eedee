"""No other letter than those ticked is ever actioned, whatever becomes of the rows meanwhile."""

from pathlib import Path

from playwright.sync_api import expect

from services.domain.vocabulary import Status
from tests.browser.caseload import Caseload, line
from tests.browser.conftest import SitDown, TakeIn
from tests.browser.desk import team_view
from tests.browser.processes import ADMIN, Site

NAMES = ["Quillfeather", "Pennywhistle", "Marchbanks", "Thistlewood"]
UNTOUCHED = ["created"]


def test_ticked_letters_that_vanish_take_their_ticks_with_them(
    site: Site, take: TakeIn, sit_down: SitDown
) -> None:
    caseload = take(*map(line, NAMES))
    desk, colleague = sit_down(ADMIN, team_view(caseload)), sit_down(caseload.therapist)
    desk.show(NAMES)
    desk.tick(*NAMES[:2])
    desk.selected("2 of 4 shown selected")

    colleague.press_on(NAMES[0], "Print")
    colleague.show(NAMES[1:])
    colleague.says("1 printed as one PDF")
    colleague.open(NAMES[1])
    colleague.pane.get_by_role("button", name="Remove from batch").click()
    colleague.pane.get_by_role("button", name="Yes, remove from batch").click()

    desk.show(NAMES[2:])
    desk.selected("0 of 2 shown selected")
    desk.says("no longer selected")
    for name in NAMES[2:]:
        expect(desk.row(name).get_by_role("checkbox")).not_to_be_checked()
    desk.bar.get_by_role("button", name="Print/Send selected").focus()
    desk.page.keyboard.press("Enter")
    expect(desk.page.get_by_role("tooltip")).to_contain_text("Nothing is selected")
    desk.show(NAMES[2:])
    assert kinds(site, caseload, NAMES[2:]) == [UNTOUCHED, UNTOUCHED]


def test_the_first_row_leaves_and_no_tick_slips_to_its_neighbour(
    site: Site, take: TakeIn, sit_down: SitDown, tmp_path: Path
) -> None:
    caseload = take(*map(line, NAMES))
    desk, colleague = sit_down(ADMIN, team_view(caseload)), sit_down(caseload.therapist)
    desk.show(NAMES)
    desk.tick(*NAMES[:2])
    colleague.press_on(NAMES[0], "Print")
    desk.show(NAMES[1:])
    desk.selected("1 of 3 shown selected")
    desk.says("1 selected letter is no longer shown and is no longer selected.")

    desk.downloaded(lambda: desk.press("Print/Send selected"), tmp_path)
    desk.show(NAMES[2:])
    desk.says("1 printed as one PDF.")
    assert [site.letter(caseload[name]).status for name in NAMES] == [
        Status.PRINTED,
        Status.PRINTED,
        Status.PENDING,
        Status.PENDING,
    ]
    assert printings(site, caseload) == [1, 1, 0, 0]
    assert kinds(site, caseload, NAMES[2:]) == [UNTOUCHED, UNTOUCHED]


def test_what_a_colleague_printed_a_moment_ago_is_not_printed_again(
    site: Site, take: TakeIn, sit_down: SitDown, tmp_path: Path
) -> None:
    caseload = take(*map(line, NAMES))
    desk, colleague = sit_down(ADMIN, team_view(caseload)), sit_down(caseload.therapist)
    desk.show(NAMES)
    desk.tick(*NAMES[:2])
    desk.press("Print/Send selected")
    expect(desk.question).to_contain_text("2 will be printed as one PDF")
    colleague.press_on(NAMES[0], "Print")
    colleague.show(NAMES[1:])

    desk.downloaded(desk.question.get_by_role("button", name="Go on with 2 letters").click, tmp_path)
    desk.says("1 printed as one PDF. 1 skipped: It is printed already")
    assert printings(site, caseload) == [1, 1, 0, 0]
    assert kinds(site, caseload, NAMES[2:]) == [UNTOUCHED, UNTOUCHED]


def kinds(site: Site, caseload: Caseload, names: list[str]) -> list[list[str]]:
    return [[event.kind for event in site.events(caseload[name])] for name in names]


def printings(site: Site, caseload: Caseload) -> list[int]:
    return [site.statuses(caseload[name]).count(Status.PRINTED) for name in NAMES]
