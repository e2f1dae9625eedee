"""The open letter: docs/product.md section 1, point 7."""

from playwright.sync_api import expect

from tests.browser.components.page import Open, asked, press, row_of, tick, ticked


def test_focus_goes_in_moves_along_and_comes_back(show: Open) -> None:
    page = show()
    row_of(page, 1).focus()
    page.keyboard.press("Enter")
    pane = page.get_by_role("dialog")
    expect(pane).to_contain_text("2 of 100")
    page.keyboard.press("ArrowDown")
    expect(pane).to_contain_text("3 of 100")
    expect(row_of(page, 2)).to_have_attribute("aria-current", "true")
    page.keyboard.press("Escape")
    expect(pane).to_have_count(0)
    back = "() => document.activeElement.shadowRoot?.activeElement?.dataset.id === 'letter-2'"
    page.wait_for_function(back)


def test_makes_room_and_keeps_the_selection(show: Open) -> None:
    page = show()
    tick(page, 0, 1)
    row_of(page, 4).locator("[data-column=title]").click()
    pane = page.get_by_role("dialog").bounding_box()
    table = page.locator(".letters").bounding_box()
    assert pane is not None
    assert table is not None
    assert table["x"] + table["width"] <= pane["x"]
    assert ticked(page) == ["letter-0", "letter-1"]


def test_note_is_asked_for_and_sent(show: Open) -> None:
    page = show()
    row_of(page, 0).locator(".name").click()
    pane = page.get_by_role("dialog")
    pane.locator("[data-action=close]").click()
    pane.locator("form .primary").click()
    expect(pane.get_by_role("alert")).to_have_text("Write a note first.")
    pane.get_by_label("Why does it need no more work?").fill("Posted by hand, up to date")
    pane.locator("form .primary").click()
    request = asked(page, 2)[-1]
    assert (request["kind"], request["value"]) == ("close", "Posted by hand, up to date")


def test_pages_of_the_letter_turn(show: Open) -> None:
    page = show()
    row_of(page, 0).locator(".name").click()
    press(page, "Next page of the letter")
    expect(page.get_by_alt_text("Page 2 of the letter")).to_be_visible()
