"""The filters: docs/product.md section 1, point 3."""

from playwright.sync_api import expect

from tests.browser.components.page import Open, asked, press


def test_choice_is_shown_at_once_and_sent_once_after_a_rest(show: Open) -> None:
    page = show()
    press(page, "Team")
    panel = page.locator(".filter-panel").filter(visible=True)
    north, south = (panel.get_by_role("checkbox", name=name).element_handle() for name in ("North", "South"))
    north.evaluate("(north, south) => { north.click(); south.click() }", south)  # within the rest, surely
    expect(page.get_by_role("button", name="Team: North +1")).to_be_visible()
    (request,) = asked(page)
    assert (request["key"], request["chosen"]) == ("team", ["North", "South"])
    expect(panel).to_be_visible()
    page.keyboard.press("Escape")
    expect(panel).to_have_count(0)
    press(page, "Reset")
    expect(page.get_by_role("button", name="Team", exact=True)).to_be_visible()


def test_open_list_keeps_what_is_typed_over_a_refresh_and_shows_at_most_200(show: Open) -> None:
    page = show()
    page.get_by_role("search").get_by_role("button", name="Title").click()
    panel = page.locator(".filter-panel").filter(visible=True)
    expect(panel.locator(".hint")).to_have_text("The first 200 of 2,000. Type to narrow.")
    panel.get_by_role("searchbox").type("crc 1999")
    expect(panel.locator(".hint")).to_have_text("Nothing matches. Try fewer letters.")
    panel.get_by_role("searchbox").fill("1999")
    page.get_by_role("button", name="Add two rows").evaluate("button => button.click()")
    expect(page.locator(".summary")).to_have_text("0 of 102 shown selected")
    expect(panel.get_by_role("searchbox")).to_have_value("1999")
    expect(panel.locator(".choice")).to_have_count(1)


def test_dates_and_the_patients_name(show: Open) -> None:
    page = show()
    press(page, "Created: any")
    press(page, "Last 7 days")
    expect(page.get_by_role("button", name="Created: Last 7 days")).to_be_visible()
    page.keyboard.press("Escape")
    dates = asked(page)[0]
    assert (dates["start"], dates["end"]) == ("2026-11-17", "2026-11-23")
    page.get_by_label("Patient's name").fill("smith")
    assert asked(page, 2)[1]["text"] == "smith"
    assert "smith" not in page.url


def test_only_days_that_can_be_are_sent_and_taken(show: Open) -> None:
    page = show()
    press(page, "Created: any")
    panel = page.locator(".filter-panel").filter(visible=True)
    panel.get_by_label("From").fill("0002-11-01")
    panel.get_by_label("To").fill("2026-11-30")
    expect(panel.get_by_role("alert")).to_have_text("Choose days from 1900 to 2200.")
    panel.get_by_label("From").fill("2026-11-01")
    expect(panel.locator(".error")).to_have_text("")
    (dates,) = asked(page)
    assert (dates["start"], dates["end"]) == ("2026-11-01", "2026-11-30")
    panel.get_by_label("To").evaluate("field => (field.max = '')")  # somebody tampers with the page
    panel.get_by_label("To").fill("9999-12-31")
    press(page, "Team")
    page.locator(".filter-panel").filter(visible=True).get_by_role("checkbox", name="North").check()
    assert [change["key"] for change in asked(page, 2)] == ["created", "team"]
