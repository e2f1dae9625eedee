"""The detail pane: the letter as it will be read, its history, and the way through the letters."""

import pytest
from playwright.sync_api import expect

from tests.browser.caseload import REFUSED, line
from tests.browser.conftest import SitDown, TakeIn
from tests.browser.desk import Watch
from tests.browser.processes import LONG, Site

PIXELS = """async image => {
    const answer = await fetch(image.currentSrc)
    return (await createImageBitmap(await answer.blob())).width
}"""


def test_the_pane_shows_the_letter_and_its_history(site: Site, take: TakeIn, sit_down: SitDown) -> None:
    caseload = take(line("Quillfeather", "gp", template=LONG.name, **REFUSED))
    desk = sit_down(caseload.therapist)
    desk.press_on("Quillfeather", "Send")
    expect(desk.status("Quillfeather")).to_have_text("[GP] Failed")
    desk.says("1 queued for sending.")
    desk.open("Quillfeather")
    page_image = desk.pane.get_by_role("img", name="Page 1 of the letter")
    expect(page_image).to_have_js_property("complete", True)
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


@pytest.mark.parametrize(("scale", "dpi", "pixels"), [(1, 110, 910), (2, 200, 1654)])
def test_each_page_is_asked_for_once_as_sharp_as_the_screen(
    take: TakeIn, sit_down: SitDown, watch: Watch, scale: int, dpi: int, pixels: int
) -> None:
    desk = sit_down(take(line("Quillfeather", "gp", template=LONG.name)).therapist)
    screen = {"width": 1440, "height": 900, "deviceScaleFactor": scale, "mobile": False}
    devtools = desk.page.context.new_cdp_session(desk.page)
    devtools.send("Emulation.setDeviceMetricsOverride", screen)
    desk.open("Quillfeather")
    turn = {
        step: desk.pane.get_by_role("button", name=f"{step} page of the letter")
        for step in ("Next", "Previous")
    }
    for number, step in ((1, "Next"), (2, "Previous"), (1, "Next"), (2, None)):
        picture = desk.pane.get_by_role("img", name=f"Page {number} of the letter")
        expect(picture).to_be_visible()
        if step:
            turn[step].click()
    asked = [url.split("/")[-1] for url in watch.urls if "/page/" in url]
    assert [name.partition("?")[0] for name in asked] == ["1.png", "2.png"]
    assert {name.rpartition("&")[2] for name in asked} == {f"dpi={dpi}"}
    shown, drawn = picture.evaluate("image => image.clientWidth"), picture.evaluate(PIXELS)
    assert drawn == pixels
    assert drawn >= scale * shown, "no pixel of the screen is made up"


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
