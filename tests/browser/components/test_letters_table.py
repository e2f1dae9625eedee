"""The letters table: tooltips, keys, what stays over a refresh: docs/product.md section 1."""

import re
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from tests.browser.components.page import Open, asked, focused, message, press, row_of, tick, ticked
from tests.waiting import wait_until


def test_reason_of_a_failure_shows_on_hover_on_focus_and_goes_with_escape(show: Open) -> None:
    page = show()
    reason = page.get_by_role("tooltip").filter(visible=True)
    mark = row_of(page, 0).locator("button.badge")
    mark.hover()
    expect(reason).to_contain_text("The mobile number isn't valid")
    page.mouse.move(0, 0)
    expect(reason).to_have_count(0)
    mark.focus()
    expect(reason).to_contain_text("The mobile number isn't valid")
    expect(mark).to_have_accessible_description(re.compile("The mobile number"))
    box = reason.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 1440
    page.keyboard.press("Escape")
    expect(reason).to_have_count(0)


def test_keyboard_alone(show: Open) -> None:
    page = show()
    row_of(page, 0).focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Shift+Space")
    assert ticked(page) == ["letter-1", "letter-2"]
    page.keyboard.press("End")
    assert focused(page) == "letter-99"
    page.keyboard.press("Home")
    page.keyboard.press("Tab")
    assert focused(page) == "letter-0 tick"
    page.keyboard.press("Tab")
    assert focused(page) == "letter-0 reason"
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert focused(page) == "letter-0 action:resend"
    page.keyboard.press("Enter")
    (request,) = asked(page)
    assert (request["kind"], request["ids"]) == ("resend", ["letter-0"])


def test_focus_stays_with_the_letter_and_goes_to_the_next_when_it_vanishes(show: Open) -> None:
    page = show()
    row_of(page, 0).locator(".badge").focus()
    page.get_by_role("button", name="Change status of row 1").evaluate("button => button.click()")
    expect(row_of(page, 0)).to_contain_text("[GP] Delivered")
    assert focused(page) == "letter-0"
    page.get_by_role("button", name="Add two rows").evaluate("button => button.click()")
    expect(row_of(page, 9001)).to_be_visible()
    assert focused(page) == "letter-0"
    page.get_by_role("button", name="Remove rows 1 to 3").evaluate("button => button.click()")
    expect(row_of(page, 0)).to_have_count(0)
    assert focused(page) == "letter-1"


def test_what_is_in_sight_stays_in_sight(show: Open) -> None:
    page = show()
    page.locator(".scroller").evaluate("box => box.scrollTop = 900")
    before = row_of(page, 30).bounding_box()
    press(page, "Add two rows")
    expect(page.locator(".summary")).to_have_text("0 of 102 shown selected")
    assert row_of(page, 30).bounding_box() == before


def test_file_is_fetched_once_even_after_the_page_is_loaded_again(show: Open) -> None:
    page = show()
    files: list[str] = []
    page.on("download", lambda file: files.append(file.suggested_filename))
    with page.expect_download():
        press(page, "Offer file")
    press(page, "Notice")
    expect(message(page)).to_have_text("2 letters were printed.")
    page.reload()
    press(page, "Offer file")
    press(page, "Notice")
    expect(message(page)).to_have_text("2 letters were printed.")
    assert files == ["letters.csv"]


def test_hostile_text_is_text(show: Open) -> None:
    page = show()
    row_of(page, 3).locator(".badge").hover()
    row_of(page, 3).locator(".name").click()
    expect(page.get_by_role("dialog")).to_contain_text("<img src=x")
    press(page, "Team")
    expect(page.locator(".filter-panel").filter(visible=True)).to_contain_text("<img src=x")
    assert page.title() == "Components"
    assert page.locator("img[src=x]").count() == 0


def test_second_click_is_ignored_until_python_has_answered(show: Open, tmp_path: Path) -> None:
    clicked_twice = tmp_path / "clicked-twice"
    page = show(query=f"?answer_when={clicked_twice}")
    press(page, "Answer late")
    tick(page, 0)
    send = page.get_by_role("button", name="Print/Send selected")
    send.click()
    expect(page.locator(".letters")).to_have_attribute("aria-busy", "true")
    send.click()
    page.get_by_role("button", name="Download selected").click()
    clicked_twice.touch()
    expect(page.locator(".letters")).to_have_attribute("aria-busy", "false")
    assert [request["kind"] for request in asked(page)] == ["print_send"]
    send.click()
    assert [request["kind"] for request in asked(page, 2)] == ["print_send", "print_send"]


def test_sorting_columns_and_the_empty_state(show: Open) -> None:
    page = show()
    press(page, "Patient")
    expect(page.get_by_role("columnheader", name="Patient")).to_have_attribute("aria-sort", "ascending")
    press(page, "Columns")
    page.locator(".columns-panel").get_by_label("Template").uncheck()
    expect(page.get_by_role("columnheader", name="Template")).to_have_count(0)
    page.keyboard.press("Escape")
    sort, shown = asked(page, 2)
    assert sort["value"] == {"column": "patient", "descending": False}
    assert shown["value"] == ["status", "created", "patient", "title", "practice", "created_by"]
    press(page, "No rows")
    press(page, "Show all letters")
    assert asked(page, 3)[-1]["kind"] == "empty_action"


def test_next_page_and_page_size_are_asked_for(show: Open) -> None:
    page = show()
    press(page, "Next page")
    asked(page, 1)  # until that has been answered, no second click is taken
    page.get_by_label("Letters a page").select_option("500")
    first, second = asked(page, 2)
    assert (first["kind"], first["value"]) == ("page", 2)
    assert (second["kind"], second["value"]) == ("page_size", 500)


@pytest.mark.parametrize("width", [1440, 1100, 760])
def test_every_column_chosen_is_there_and_the_row_stays_usable(show: Open, width: int) -> None:
    page = show(width=width)
    press(page, "Every column")
    press(page, "Printed rows")
    expect(row_of(page, 1)).to_contain_text("Print again")
    expect(page.get_by_role("columnheader", name="Consortium")).to_be_visible()
    for name in ("Template", "Provider", "Team", "Consortium"):
        box = page.get_by_role("columnheader", name=name).bounding_box()
        assert box is not None
        assert box["width"] >= 80
    for scrolled in ("0", "box.scrollWidth"):
        page.locator(".scroller").evaluate(f"box => {{ box.scrollLeft = {scrolled} }}")
        controls = row_of(page, 1).locator(".tick, .name, [data-action]")
        expect(controls).to_have_count(5)
        for control in controls.all():
            control.click(trial=True)  # nothing lies over it
    actions = row_of(page, 1).locator("td.actions")
    assert actions.evaluate("cell => cell.scrollWidth <= cell.clientWidth")
    expect(page.get_by_role("columnheader", name="Consortium")).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_request_that_takes_long_shows(
    show: Open, tmp_path: Path, motion: Literal["reduce", "no-preference"]
) -> None:
    answered = tmp_path / "answered"
    page = show(query=f"?answer_when={answered}")
    page.emulate_media(reduced_motion=motion)
    assert strip(page, "opacity") == "0"
    press(page, "Answer late")
    page.get_by_label("Letters a page").select_option("500")
    wait_until(lambda: strip(page, "opacity") == "1")
    assert ("slide" in strip(page, "animationName")) is (motion == "no-preference")
    answered.touch()
    expect(page.locator(".letters")).to_have_attribute("aria-busy", "false")
    assert strip(page, "opacity") == "0"


def strip(page: Page, style: str) -> str:
    """Of the strip at the table's upper edge that tells that a request is on its way."""
    return str(page.locator(".letters").evaluate(f"table => getComputedStyle(table, '::before').{style}"))
