"""The whole of the page without a pointer, and for those who hear it."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from services.domain.vocabulary import Status
from tests.browser.accessibility import violations_at_rest
from tests.browser.caseload import REFUSED, line
from tests.browser.conftest import SitDown, TakeIn
from tests.browser.desk import go_to
from tests.browser.processes import Site

if TYPE_CHECKING:
    pass

SURNAMES = ["Quillfeather", "Pennywhistle", "Marchbanks"]


def test_letters_are_ticked_and_printed_without_a_pointer(
    site: Site, take: TakeIn, sit_down: SitDown, tmp_path: Path
) -> None:
    caseload = take(*map(line, SURNAMES))
    desk = sit_down(caseload.therapist)
    desk.show(SURNAMES)
    go_to(desk.page, desk.page.get_by_role("checkbox", name="Select all letters shown"))
    desk.page.keyboard.press("Space")
    desk.selected("3 of 3 shown selected")
    go_to(desk.page, desk.row(SURNAMES[0]))
    desk.page.keyboard.press("Space")
    desk.page.keyboard.press("ArrowDown")
    expect(desk.row(SURNAMES[1])).to_be_focused()
    desk.selected("2 of 3 shown selected")

    go_to(desk.page, desk.row(SURNAMES[1]).get_by_role("button", name="Print: "))
    desk.downloaded(lambda: desk.page.keyboard.press("Enter"), tmp_path)
    desk.show([SURNAMES[0], SURNAMES[2]])
    statuses = [site.letter(caseload[name]).status for name in SURNAMES]
    assert statuses == [Status.PENDING, Status.PRINTED, Status.PENDING]

    go_to(desk.page, desk.bar.get_by_role("button", name="Print/Send selected"), back=True)
    desk.downloaded(lambda: desk.page.keyboard.press("Enter"), tmp_path)
    desk.show([SURNAMES[0]])
    assert site.letter(caseload[SURNAMES[2]]).status is Status.PRINTED


@pytest.mark.parametrize("width", [1440, 390])
def test_axe_finds_nothing_on_the_way(take: TakeIn, sit_down: SitDown, width: int) -> None:
    caseload = take(
        line("Quillfeather"), line("Pennywhistle", "gp", **REFUSED), line("Marchbanks", deceased="yes")
    )
    desk = sit_down(caseload.therapist, width=width)
    desk.show(SURNAMES)
    found = {"table": violations_at_rest(desk.page)}
    for surname in SURNAMES:
        desk.row(surname).get_by_role("checkbox").check()
    desk.press("Print/Send")
    expect(desk.question).to_be_visible()
    found["dialog"] = violations_at_rest(desk.page)
    desk.question.get_by_role("button", name="Go on with").click()
    desk.says("1 printed as one PDF")
    found["result"] = violations_at_rest(desk.page)
    desk.open("Marchbanks")
    found["pane"] = violations_at_rest(desk.page)
    assert found == {place: [] for place in found}
