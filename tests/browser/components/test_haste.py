"""Clicks and keys that come by accident: each of them would send another patient's letter."""

from playwright.sync_api import Page, expect

from tests.browser.components.page import Open, asked, message, press, row_of, ticked

NOT_MEANT = "The list moved under the pointer just now: look again, then click."
LATER = "2026-11-23T12:00:10"


def list_of_a_sender(show: Open) -> Page:
    """Where each letter that is sent leaves the list. The clock of the page stands still."""
    page = show()
    page.clock.set_fixed_time("2026-11-23T12:00:00")
    press(page, "Send at once")
    return page


def over(page: Page, letter: int) -> tuple[float, float]:
    """The middle of the row's "Re-send"."""
    box = row_of(page, letter).locator("[data-action=resend]").bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def sent(page: Page, letter: int) -> None:
    expect(row_of(page, letter)).to_have_count(0)
    expect(page.locator(".letters")).to_have_attribute("aria-busy", "false")


def test_double_click_on_a_row_sends_that_letter_only(show: Open) -> None:
    page = list_of_a_sender(show)
    press(page, "Printed rows")
    expect(row_of(page, 1)).to_contain_text("Print again")
    page.mouse.move(*over(page, 0))
    page.mouse.down()
    page.mouse.up()
    sent(page, 0)
    page.clock.set_fixed_time(LATER)  # only that it is a second click counts
    page.mouse.down(click_count=2)
    page.mouse.up(click_count=2)
    page.keyboard.press("Escape")
    row_of(page, 2).locator("[data-action=resend]").click()
    assert [request["ids"] for request in asked(page, 2)] == [["letter-0"], ["letter-2"]]


def test_click_on_the_row_that_moved_under_the_resting_pointer_is_not_carried_out(show: Open) -> None:
    page = list_of_a_sender(show)
    press(page, "Printed rows")
    expect(row_of(page, 1)).to_contain_text("Print again")
    x, y = over(page, 0)
    page.mouse.click(x, y)
    sent(page, 0)
    page.mouse.click(x + 1, y)  # a hand isn't still
    expect(message(page)).to_have_text(NOT_MEANT)
    assert len(asked(page, 1)) == 1
    page.clock.set_fixed_time(LATER)
    page.mouse.click(x, y)
    sent(page, 1)
    assert [request["ids"] for request in asked(page, 2)] == [["letter-0"], ["letter-1"]]
    expect(message(page)).to_have_text("")


def test_pointer_that_has_moved_on_to_the_row_is_believed(show: Open) -> None:
    page = list_of_a_sender(show)
    press(page, "Printed rows")
    expect(row_of(page, 1)).to_contain_text("Print again")
    page.mouse.click(*over(page, 0))
    sent(page, 0)
    page.mouse.click(*over(page, 3))
    sent(page, 3)
    page.keyboard.press("Escape")
    row_of(page, 1).locator("[data-action=resend]").focus()
    page.keyboard.press("Enter")
    sent(page, 1)


def test_held_enter_sends_one_letter_and_opens_none(show: Open) -> None:
    page = list_of_a_sender(show)
    row_of(page, 0).locator("[data-action=resend]").focus()
    page.keyboard.down("Enter")
    sent(page, 0)
    page.keyboard.down("Enter")  # a key that is down already repeats
    page.keyboard.up("Enter")
    row_of(page, 5).locator("[data-action=resend]").click()
    assert [request["kind"] for request in asked(page, 2)] == ["resend", "resend"]


def test_held_space_ticks_once(show: Open) -> None:
    page = show()
    row_of(page, 0).focus()
    page.keyboard.down("Space")
    page.keyboard.down("Space")
    page.keyboard.up("Space")
    assert ticked(page) == ["letter-0"]


def test_double_click_and_held_key_in_the_pane_act_once(show: Open) -> None:
    page = show()
    row_of(page, 0).locator(".name").click()
    pane = page.get_by_role("dialog")
    pane.locator("[data-action=resend]").dblclick()
    asked(page, 2)
    expect(page.locator(".pane")).to_have_attribute("aria-busy", "false")
    pane.locator("[data-action=resend]").dispatch_event("click", {"detail": 2, "bubbles": True})
    pane.locator("[data-action=close]").focus()
    page.keyboard.down("Enter")
    page.keyboard.up("Enter")
    pane.get_by_label("Why does it need no more work?").fill("Posted")
    pane.locator("form .primary").focus()
    page.keyboard.down("Enter")
    asked(page, 3)
    expect(page.locator(".pane")).to_have_attribute("aria-busy", "false")
    page.keyboard.down("Enter")
    page.keyboard.up("Enter")
    pane.get_by_role("button", name="Cancel").click()
    pane.locator("[data-action=print]").click()
    assert [request["kind"] for request in asked(page, 4)] == ["open", "resend", "close", "print"]


def test_nothing_is_done_with_the_letter_before_while_another_row_opens(show: Open) -> None:
    """The table has asked for the other letter, and the pane doesn't show it yet."""
    page = show()
    row_of(page, 0).locator(".name").click()
    pane = page.get_by_role("dialog")
    expect(pane).to_contain_text("1 of 100")
    page.evaluate("document.dispatchEvent(new CustomEvent('batch-letters-opening', { detail: 'letter-5' }))")
    expect(page.locator(".pane")).to_have_attribute("aria-busy", "true")
    pane.locator("[data-action=resend]").click()
    row_of(page, 5).locator(".name").click()
    expect(pane).to_contain_text("6 of 100")
    expect(page.locator(".pane")).to_have_attribute("aria-busy", "false")
    pane.locator("[data-action=print]").click()
    done = [(request["kind"], request.get("id")) for request in asked(page, 3)]
    assert done == [("open", None), ("open", None), ("print", "letter-5")]
