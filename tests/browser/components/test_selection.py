"""Selecting letters: docs/product.md section 1, point 4."""

from playwright.sync_api import expect

from tests.browser.components.page import Open, asked, message, press, row_of, tick, ticked


def test_survives_a_refresh_and_rows_inserted_above(show: Open) -> None:
    page = show()
    tick(page, 1, 4)
    press(page, "Add two rows")
    expect(row_of(page, 9001)).to_be_visible()
    assert ticked(page) == ["letter-1", "letter-4"]
    press(page, "Warn above the table")
    expect(page.get_by_text("Something above the table")).to_be_visible()
    expect(page.locator(".summary")).to_have_text("2 of 102 shown selected")
    assert ticked(page) == ["letter-1", "letter-4"]


def test_lets_go_of_rows_that_vanish_and_says_so(show: Open) -> None:
    page = show()
    tick(page, 0, 2, 3)
    press(page, "Remove rows 1 to 3")
    lost = "2 selected letters are no longer shown and are no longer selected."
    expect(message(page)).to_have_text(lost)
    assert message(page).get_attribute("role") == "status"
    press(page, "Print/Send selected")
    (request,) = asked(page)
    assert request["kind"] == "print_send"
    assert request["ids"] == ["letter-3"]
    assert request["all_matching"] is False


def test_letters_that_vanish_one_after_the_other_are_summed_and_no_row_moves(show: Open) -> None:
    page = show()
    tick(page, 0, 1, 9)
    head = page.locator("thead").bounding_box()
    press(page, "Remove row 1")
    expect(message(page)).to_have_text("1 selected letter is no longer shown and is no longer selected.")
    press(page, "Remove row 1")
    lost = "2 selected letters are no longer shown and are no longer selected."
    expect(message(page)).to_have_text(lost)
    assert page.locator("thead").bounding_box() == head
    tick(page, 5)
    expect(message(page)).to_have_text("")
    press(page, "Remove rows 1 to 3")
    expect(row_of(page, 4)).to_have_count(0)
    press(page, "Remove rows 1 to 3")
    expect(message(page)).to_have_text("1 selected letter is no longer shown and is no longer selected.")


def test_stays_on_the_letter_when_the_order_changes(show: Open) -> None:
    page = show()
    tick(page, 0, 1)
    press(page, "Reverse")
    expect(page.locator("tbody tr").first).to_have_attribute("data-id", "letter-99")
    assert sorted(ticked(page)) == ["letter-0", "letter-1"]


def test_header_box_takes_all_shown_and_shows_when_only_some_are(show: Open) -> None:
    page = show()
    header = page.get_by_label("Select all letters shown")
    tick(page, 5)
    assert header.evaluate("box => box.indeterminate") is True
    header.click()
    expect(page.locator(".summary")).to_have_text("100 of 100 shown selected")
    header.click()
    expect(page.locator(".summary")).to_have_text("0 of 100 shown selected")


def test_all_matching_is_a_choice_of_its_own(show: Open) -> None:
    page = show()
    press(page, "Select all 214 matching the filters")
    expect(page.locator(".summary")).to_have_text("All 214 letters matching the filters are selected")
    press(page, "Print/Send selected")
    (request,) = asked(page)
    assert (request["ids"], request["all_matching"]) == ([], True)
    assert (request["filters_key"], request["total_matching"]) == ("pending", 214)


def test_all_matching_is_let_go_when_the_filters_change(show: Open) -> None:
    page = show()
    press(page, "Select all 214 matching the filters")
    press(page, "Other filters")
    expect(message(page)).to_have_text("The filters changed, so no letter is selected now.")
    assert ticked(page) == []


def test_unticking_one_of_all_matching_leaves_the_others_shown(show: Open) -> None:
    page = show()
    press(page, "Select all 214 matching the filters")
    tick(page, 7)
    expect(page.locator(".summary")).to_have_text("99 of 100 shown selected")


def test_shift_and_click_takes_a_range(show: Open) -> None:
    page = show()
    tick(page, 2)
    row_of(page, 5).locator(".tick").click(modifiers=["Shift"])
    assert ticked(page) == ["letter-2", "letter-3", "letter-4", "letter-5"]


def test_nothing_selected_or_not_permitted_gives_a_reason_and_does_nothing(show: Open) -> None:
    page = show()
    send = page.get_by_role("button", name="Print/Send selected")
    send.click(force=True)
    expect(send).to_have_attribute("aria-disabled", "true")
    expect(send).to_have_accessible_description("Nothing is selected. Tick the letters first.")
    press(page, "May not act")
    expect(send).to_have_accessible_description("Your role can look at letters, not print or send them.")
    download = page.get_by_role("button", name="Download selected")
    expect(download).to_have_accessible_description(
        "Your role can read each letter where it is opened, not download them."
    )
    press(page, "May not read")
    expect(download).to_have_accessible_description("Your role can't read the letters' documents.")
    assert asked(page, 0) == []
