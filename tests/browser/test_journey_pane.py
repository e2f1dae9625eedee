"""The detail pane: the letter as it will be read, its history, and the way through the letters."""

from playwright.sync_api import expect

from tests.browser.caseload import REFUSED, line
from tests.browser.conftest import SitDown, TakeIn
from tests.browser.processes import LONG, Site


def test_the_pane_shows_the_letter_and_its_history(site: Site, take: TakeIn, sit_down: SitDown) -> None:
    caseload = take(line("Quillfeather", "gp", template=LONG.name, **REFUSED))
    desk = sit_down(caseload.therapist)
    desk.press_on("Quillfeather", "Send")
    expect(desk.status("Quillfeather")).to_have_text("[GP] Failed")
    desk.says("1 queued for sending.")
    desk.open("Quillfeather")
    page_image = desk.pane.get_by_role("img", name="Page 1 of the letter")
    expect(page_image).to_have_js_property("complete", True)
    assert page_image.evaluate("image => image.naturalWidth") > 500
    desk.pane.get_by_role("button", name="Next page of the letter").click()
    expect(desk.pane.get_by_role("img", name="Page 2 of the letter")).to_have_js_property("complete", True)

    with desk.page.context.expect_page() as opening:
        desk.pane.get_by_role("link", name="Open the PDF").click()
    assert opening.value.url == f"{site.url}/letters/{caseload['Quillfeather']}/document.pdf"
    answer = desk.page.request.get(opening.value.url)
    assert (answer.status, answer.headers["content-type"]) == (200, "application/pdf")
    assert answer.body().startswith(b"%PDF-")

    expect(desk.pane).to_contain_text("Unknown Surgery (Y90998)")
    lines = desk.pane.get_by_role("listitem").all_inner_texts()
    words = ["[GP] Queued → [GP] Failed", "[GP] Pending → [GP] Queued", "Added to the batch"]
    for word, said in zip(words, lines, strict=False):
        assert word in said
    assert "DC02" in lines[0]
    assert caseload.therapist.name in lines[1]


def test_the_pane_is_left_and_walked_through_with_the_keyboard(take: TakeIn, sit_down: SitDown) -> None:
    surnames = ["Quillfeather", "Pennywhistle", "Marchbanks"]
    caseload = take(*map(line, surnames))
    desk = sit_down(caseload.therapist)
    desk.show(surnames)
    desk.tick("Marchbanks")
    desk.open("Quillfeather")
    for key, surname in (
        ("ArrowDown", "Pennywhistle"),
        ("ArrowDown", "Marchbanks"),
        ("ArrowUp", "Pennywhistle"),
    ):
        desk.page.keyboard.press(key)
        expect(desk.pane).to_contain_text(f"{surname.upper()}, Zoë")
    expect(desk.pane).to_contain_text("2 of 3")
    desk.page.keyboard.press("Escape")
    expect(desk.pane).to_have_count(0)
    expect(desk.row("Pennywhistle")).to_be_focused()
    desk.selected("1 of 3 shown selected")
    expect(desk.row("Marchbanks").get_by_role("checkbox")).to_be_checked()
