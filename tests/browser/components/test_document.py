"""The open letter's document: its pages, and where it breaks the print rules."""

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.components.open_letter import FINDINGS
from tests.browser.components.page import Open, press, row_of

if TYPE_CHECKING:
    from playwright.sync_api import Page

ON_PAGE_2, ON_PAGE_1, OF_THE_FILE = FINDINGS
WHERE_ON_PAGE_2 = "Page 2, left margin, 120 mm from the top, and 1 more"


def opened(show: Open, width: int = 1440, *, unfit: bool = True) -> "Page":
    page = show(width=width)
    if unfit:
        press(page, "Unfit to post")
    row_of(page, 0).locator(".name").click()
    expect(page.locator(".sheet img")).to_be_visible()
    return page


def marked(page: "Page") -> list[dict[str, float]]:
    """Where the marks lie on the picture, in percent of it."""
    places: list[dict[str, float]] = page.locator(".mark").evaluate_all("""marks => marks.map(mark => {
        const page = mark.closest(".sheet").querySelector("img").getBoundingClientRect()
        const at = mark.getBoundingClientRect()
        return {
            left: 100 * (at.left - page.left) / page.width, top: 100 * (at.top - page.top) / page.height,
            width: 100 * at.width / page.width, height: 100 * at.height / page.height,
        }
    })""")
    return places


@pytest.mark.parametrize("width", [1440, 390])
def test_a_finding_is_marked_on_its_page_at_its_place(show: Open, width: int) -> None:
    page = opened(show, width)
    for finding in (ON_PAGE_1, ON_PAGE_2):
        place = finding["place"].capitalize()
        page.get_by_role("button", name=place).click()
        expect(page.locator(".sheet img")).to_have_attribute("alt", f"Page {finding['page']} of the letter. "
            f"Marked: {finding['reason']} ({finding['place']})")  # fmt: skip
        found, expected = marked(page), finding["marks"]
        assert [pytest.approx(dict(mark), abs=0.2) for mark in expected] == found
        assert page.locator(".mark.meant").count() == len(expected)


def test_every_finding_is_read_and_one_of_the_whole_file_leads_nowhere(show: Open) -> None:
    page = opened(show)
    items = page.locator(".check li")
    expect(items).to_have_count(len(FINDINGS))
    for number, finding in enumerate(FINDINGS):
        expect(items.nth(number)).to_contain_text(finding["reason"])
    expect(items.nth(FINDINGS.index(OF_THE_FILE)).get_by_role("button")).to_have_count(0)
    expect(page.locator(".recipients address")).to_have_count(2)


def test_a_place_is_reached_by_keyboard_and_a_page_is_asked_for_once(show: Open) -> None:
    page = opened(show)
    page.locator(".sheet img").evaluate("image => { image.dataset.seen = 'before' }")
    page.get_by_role("button", name=WHERE_ON_PAGE_2).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="Page 2 of 2")).to_be_visible()
    expect(page.locator(".mark")).to_have_count(2)
    press(page, "Previous page of the letter")
    expect(page.locator(".sheet img")).to_have_attribute("data-seen", "before")


def test_a_good_layout_says_so_and_marks_nothing(show: Open) -> None:
    page = opened(show, unfit=False)
    expect(page.locator(".check")).to_have_text("Layout checked for hybrid mail")
    expect(page.locator(".mark")).to_have_count(0)
    expect(page.get_by_alt_text("Page 1 of the letter", exact=True)).to_be_visible()


def test_the_page_keeps_its_place_while_its_picture_is_on_the_way_or_lost(show: Open) -> None:
    page = opened(show, unfit=False)
    there = page.locator(".sheet").bounding_box()
    page.locator(".sheet img").evaluate("image => { image.srcset = ''; image.src = '/nothing.png' }")
    expect(page.get_by_text("The page can't be shown here. Open the PDF instead.")).to_be_visible()
    lost = page.locator(".sheet").bounding_box()
    assert there is not None
    assert lost is not None
    assert lost["height"] == pytest.approx(there["height"], abs=1)
    assert there["height"] / there["width"] == pytest.approx(297 / 210, abs=0.01)
