"""Files are fetched by links that work once; what was not fetched stays under Recent prints."""

from pathlib import Path

import pypdfium2
from playwright.sync_api import expect

from tests.browser.caseload import line
from tests.browser.conftest import SitDown, TakeIn


def test_a_link_works_once_and_recent_prints_makes_a_new_one(
    take: TakeIn, sit_down: SitDown, tmp_path: Path
) -> None:
    caseload = take(line("Quillfeather"), line("Pennywhistle"))
    desk = sit_down(caseload.therapist)
    first = desk.downloaded(lambda: desk.press_on("Quillfeather", "Print"), tmp_path).read_bytes()
    again = desk.page.request.get(desk.links[0])
    assert again.status == 404
    assert "%PDF" not in again.text()

    desk.page.get_by_role("button", name="Recent prints (1)").click()
    expect(desk.page.get_by_text("not fetched")).to_have_count(0)
    second = desk.downloaded(
        desk.page.get_by_role("button", name="1 letter · fetched").click, tmp_path
    ).read_bytes()
    assert second == first
    assert len(set(desk.links)) == 2


def test_a_file_that_was_not_fetched_is_said_to_wait(take: TakeIn, sit_down: SitDown, tmp_path: Path) -> None:
    caseload = take(line("Quillfeather"), line("Pennywhistle"))
    desk = sit_down(caseload.therapist)
    desk.show(list(caseload.ids))
    desk.page.route("**/files/**", lambda route: route.fulfill(status=204))  # it never comes to the server
    desk.tick_all()
    desk.press("Print/Send selected")
    desk.question.get_by_role("button", name="Go on with 2 letters").click()
    expect(desk.question).to_have_count(0)
    desk.says("2 printed as one PDF.")
    desk.page.get_by_role("button", name="Recent prints (1) · 1 not fetched").click()
    desk.page.unroute("**/files/**")
    file = desk.downloaded(
        desk.page.get_by_role("button", name="2 letters · not fetched yet").click, tmp_path
    )
    assert len(pypdfium2.PdfDocument(file)) == 2 + 2
    expect(desk.page.get_by_role("button", name="Recent prints (1)", exact=True)).to_be_visible()
