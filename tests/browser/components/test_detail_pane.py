"""The open letter: docs/product.md section 1, point 7."""

import pytest
from playwright.sync_api import expect

from tests.browser.components.page import Open, asked, message, press, row_of, tick, ticked


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


def test_arrows_on_a_row_move_the_open_letter_too(show: Open) -> None:
    page = show()
    row_of(page, 1).locator(".name").click()
    pane = page.get_by_role("dialog")
    expect(pane).to_contain_text("2 of 100")
    row_of(page, 1).focus()
    page.keyboard.press("ArrowDown")
    expect(pane).to_contain_text("3 of 100")
    expect(row_of(page, 2)).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(pane).to_contain_text("2 of 100")


@pytest.mark.parametrize("width", [1440, 390])
def test_escape_closes_with_the_focus_on_nothing(show: Open, width: int) -> None:
    page = show(width=width)
    row_of(page, 1).locator(".name").click()
    pane = page.get_by_role("dialog")
    expect(pane).to_contain_text("2 of 100")
    pane.locator(".position").click()
    page.evaluate("() => document.activeElement?.shadowRoot?.activeElement?.blur()")
    page.keyboard.press("Escape")
    expect(pane).to_have_count(0)
    assert [request["kind"] for request in asked(page, 2)] == ["open", "close_pane"]


def test_escape_closes_an_open_list_and_not_the_pane(show: Open) -> None:
    page = show()
    row_of(page, 1).locator(".name").click()
    pane = page.get_by_role("dialog")
    expect(pane).to_contain_text("2 of 100")
    columns = page.get_by_role("button", name="Columns")
    for leave in (columns.focus, columns.blur):  # the focus on the opener, and on nothing
        columns.click()
        expect(page.locator(".columns-panel")).to_be_visible()
        leave()
        page.keyboard.press("Escape")
        expect(page.locator(".columns-panel")).to_be_hidden()
    press(page, "Next page")
    assert [request["kind"] for request in asked(page, 2)] == ["open", "page"]
    expect(pane).to_be_visible()


def test_on_a_phone_the_pane_steps_aside_for_a_question_and_tells_the_news(show: Open) -> None:
    page = show(width=390)
    row_of(page, 1).locator(".name").click()
    pane = page.locator(".pane dialog")
    expect(pane).to_contain_text("2 of 100")
    pane.locator("[data-action=close]").click()
    pane.get_by_role("textbox").fill("Half a note")
    for change in ("Notice", "Ask something"):
        page.get_by_role("button", name=change).evaluate("button => button.click()")
    page.get_by_role("dialog").get_by_role("button", name="Go on").click()
    expect(pane).to_be_visible()
    expect(pane.get_by_role("textbox")).to_have_value("Half a note")
    expect(pane.get_by_role("status").filter(has_text="2 letters were printed.")).to_be_visible()
    page.set_viewport_size({"width": 1440, "height": 900})
    expect(pane.locator(".notice")).to_be_hidden()


def test_form_that_asks_what_is_no_longer_so_is_closed(show: Open) -> None:
    page = show()
    row_of(page, 0).locator(".name").click()
    pane = page.get_by_role("dialog")
    pane.locator("[data-action=change_channel]").click()
    pane.get_by_label("Hybrid mail").check()
    press(page, "Doubt")
    expect(pane.locator("form")).to_be_hidden()
    pane.locator("[data-action=change_channel]").click()
    expect(pane.get_by_role("group", name="In doubt: it may be there already.")).to_be_visible()
    pane.get_by_role("button", name="Cancel").click()
    pane.locator("[data-action=close]").click()
    pane.get_by_role("textbox").fill("A note")
    press(page, "No doubt")
    press(page, "Notice")
    expect(message(page)).to_have_text("2 letters were printed.")
    expect(pane.get_by_role("textbox")).to_have_value("A note")  # a doubt doesn't concern this one


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
