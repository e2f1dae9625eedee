"""A superuser changes a setting and a user, it holds at once, and the audit has it."""

import itertools
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.accessibility import violations_at_rest
from tests.browser.caseload import line
from tests.browser.conftest import SitDown, TakeIn
from tests.browser.desk import ANY, team_view
from tests.browser.phone import phone
from tests.browser.processes import ADMIN, SUPERUSER, Site

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

NEWCOMERS = itertools.count(1)
TEXT = "You have a letter from us. Read it here: "


def go(page: "Page", title: str) -> None:
    page.get_by_role("link", name=title, exact=True).click()
    expect(page.get_by_role("heading", name=title)).to_be_visible()


def test_what_the_superuser_writes_is_what_the_patient_gets_and_the_audit_has_it(
    site: Site, take: TakeIn, sit_down: SitDown, browser: "Browser"
) -> None:
    caseload = take(line("Featherstonehaugh", "e", mobile="07700 900444"))
    page = sit_down(SUPERUSER).page
    go(page, "Control panel")
    page.get_by_label("Text message", exact=True).fill(f"{TEXT}((link))")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("1 part with the link in it")).to_be_visible()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved: Text message")).to_be_visible()
    desk = sit_down(ADMIN, team_view(caseload, ANY))
    desk.press_on("Featherstonehaugh", "Send")
    expect(desk.status("Featherstonehaugh")).to_have_text("[E] Delivered")
    desk.open("Featherstonehaugh")
    with phone(browser, site, 390) as patient:
        patient.read_message("+447700900444")
        inbox = patient.context.new_page()
        inbox.goto(site.sandbox_url)
        expect(inbox.get_by_text(TEXT).first).to_be_visible()
    go(page, "Audit")
    reference = site.letter(caseload["Featherstonehaugh"]).reference
    page.get_by_label("Letter's reference").fill(reference)
    page.keyboard.press("Enter")
    expect(page.get_by_text("3 entries")).to_be_visible()
    rows = page.get_by_role("table").get_by_role("row").filter(has_text="FEATHERSTONEHAUGH")
    expect(rows.filter(has_text=ADMIN.name).filter(has_text="Opened a letter")).to_have_count(1)
    expect(rows.filter(has_text=ADMIN.name).filter(has_text="Send")).to_have_count(1)
    page.get_by_role("button", name="Check that it is whole").click()
    expect(page.get_by_text("none is missing")).to_be_visible()


def test_a_user_who_is_added_logs_in_and_one_who_is_stopped_is_out(site: Site, sit_down: SitDown) -> None:
    number = next(NEWCOMERS)  # a journey that is begun again adds another one
    username, name = f"n.newcomer{number}", f"Nell Newcomer {number}"
    page = sit_down(SUPERUSER).page
    go(page, "Users")
    page.get_by_label("Username").fill(username)
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_role("button", name="Add user").click()
    expect(page.get_by_text(f"{name} is added")).to_be_visible()
    with site.store.read("elm") as uow:
        [newcomer] = [user for user in uow.people.users() if user.username == username]
    theirs = sit_down(newcomer).page
    page.get_by_role("combobox", name="User", exact=True).click()
    page.get_by_role("option", name=f"{name} (").click()
    field = page.get_by_label("Name", exact=True)
    expect(field.first).to_have_value(name)
    expect(field).to_have_count(1)  # the form of before is gone
    page.get_by_text("May log in").first.click()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text(f"{name} is saved")).to_be_visible()
    expect(theirs.get_by_text("You are logged out.").first).to_be_visible()


@pytest.mark.parametrize("width", [1440, 390])
def test_axe_finds_nothing_on_a_superusers_pages(sit_down: SitDown, width: int) -> None:
    page = sit_down(SUPERUSER).page
    found = {}
    for title in ("Patients", "Templates", "Control panel", "Users", "Audit"):
        page.set_viewport_size({"width": 1440, "height": 900})
        go(page, title)
        page.set_viewport_size({"width": width, "height": 900})
        expect(page.get_by_role("heading", name=title)).to_be_visible()
        page.wait_for_timeout(1500)  # the page is laid out anew for the other width
        found[title] = violations_at_rest(page)
    assert found == {title: [] for title in found}


def test_an_admin_has_none_of_these_pages(sit_down: SitDown) -> None:
    page = sit_down(ADMIN).page
    for title in ("Templates", "Control panel", "Users", "Audit"):
        expect(page.get_by_role("link", name=title, exact=True)).to_have_count(0)
