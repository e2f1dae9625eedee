"""From a template to a letter that has arrived, by what the pages say; and what those see who may not."""

import itertools
import string
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from services.ports.letters import Scope
from tests.browser.caseload import line
from tests.browser.conftest import SitDown, TakeIn
from tests.browser.desk import Desk
from tests.browser.processes import ADMIN, MANAGER, SHORT, SUPERUSER, Site
from tests.browser.test_journey_superuser import go

if TYPE_CHECKING:
    from playwright.sync_api import Page

NUMBERS = itertools.count(1)  # a journey that is begun again writes another template
LETTERS = (letter for letter in string.ascii_lowercase)
HOSTILE = "<img src=x onerror='window.hit=1'>"


def anew(surname: str) -> str:
    """A surname that nobody else has: also not whoever was taken in when a journey was begun before."""
    return f"{surname}{next(LETTERS)}"


def record(page: "Page", surname: str) -> None:
    """The record of this patient, found by the name."""
    go(page, "Patients")
    if page.get_by_role("button", name="Search again").count():
        page.get_by_role("button", name="Search again").click()
    page.get_by_label("Name, NHS number or date of birth").fill(surname)
    page.keyboard.press("Enter")
    page.get_by_role("button", name=f"{surname.upper()}, Zoë").click()
    expect(page.get_by_role("heading", name=surname.upper())).to_be_visible()


def choose(page: "Page", label: str, option: str) -> None:
    page.get_by_role("combobox", name=label, exact=True).click()
    page.get_by_role("option", name=option, exact=True).click()


def tick(page: "Page", label: str) -> None:
    page.get_by_text(label, exact=True).click()
    expect(page.get_by_role("checkbox", name=label)).to_be_checked()


def write_template(page: "Page", name: str, text: str) -> None:
    """A new template, in a category of its own, for letters by text message."""
    go(page, "Templates")
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_role("combobox", name="Category", exact=True).fill(name)
    page.keyboard.press("Enter")
    page.get_by_label("Text", exact=True).fill(text)
    page.keyboard.press("Control+Enter")
    expect(page.get_by_alt_text("Page 1 of 1 of the letter, as it will print")).to_be_visible()
    tick(page, "Patient electronic")
    page.get_by_role("button", name="Add template").click()
    expect(page.get_by_text(f"“{name}” is saved, version 1.")).to_be_visible()


def test_a_newcomer_writes_a_template_and_a_letter_sends_it_and_finds_it_again(
    site: Site, take: TakeIn, sit_down: SitDown
) -> None:
    surname = anew("Attenborough")
    take(line(surname, mobile="07700 900445"))
    name = f"Group {next(NUMBERS)}"
    desk = sit_down(SUPERUSER)
    page = desk.page
    write_template(page, name, "Dear {{ patient_first_name }},\n\n{{ free_text }}")
    record(page, surname)
    page.get_by_role("button", name="Write a letter").click()
    choose(page, "Category", name)
    expect(page.get_by_text("Fill in free text")).to_be_visible()
    page.get_by_role("textbox", name="Free text").fill("Our group begins on Monday.")
    page.keyboard.press("Control+Enter")
    tick(page, "Patient electronic by text message")
    expect(page.get_by_alt_text("Page 1 of 1 of the letter, as it will print")).to_be_visible()
    page.get_by_role("button", name="Add to batch").click()
    expect(page.get_by_text("Added to the batch: [E] Pending")).to_be_visible()
    page.get_by_role("button", name="History and actions").first.click()
    expect(page.get_by_text("Possible there now: Download, Send")).to_be_visible()
    page.get_by_role("button", name="Open in Batch letters").click()
    desk.pane.get_by_role("button", name="Send", exact=True).click()
    expect(desk.pane.get_by_text("[E] Delivered").first).to_be_visible()
    go(page, "Patients")
    expect(page.get_by_text("[E] Delivered").first).to_be_visible()
    reference = _reference(site, surname, name)
    go(page, "Audit")
    page.get_by_label("Letter's reference").fill(reference)
    page.keyboard.press("Enter")
    rows = page.get_by_role("table").get_by_role("row").filter(has_text=surname.upper())
    for deed in ("Added a letter", "Send"):
        expect(rows.filter(has_text=SUPERUSER.name).filter(has_text=deed)).to_have_count(1)


def _reference(site: Site, surname: str, title: str) -> str:
    with site.store.read("elm") as uow:
        found = [event for event in uow.audit.all() if event.entry.deed == "add-letter"]
        letters = uow.letters.get([each.entry.letter_id for each in found], Scope())
    return next(each.reference for each in letters if (each.patient.surname, each.title) == (surname, title))


def test_a_letter_that_waits_is_edited_from_the_open_letter(
    site: Site, take: TakeIn, sit_down: SitDown
) -> None:
    surname = anew("Threlkeld")
    caseload = take(line(surname, "h"))
    desk = sit_down(caseload.therapist)
    desk.open(surname)
    desk.pane.get_by_role("button", name="Edit", exact=True).click()
    page = desk.page
    page.get_by_role("textbox", name="Title", exact=True).fill("Another title")
    page.keyboard.press("Enter")
    expect(page.get_by_alt_text("Page 1 of 1 of the letter, as it will print")).to_be_visible()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved: the letter is made anew.")).to_be_visible()
    assert site.letter(caseload[surname]).title == "Another title"


def test_a_therapist_writes_to_the_own_patients_and_a_manager_to_nobody(
    take: TakeIn, sit_down: SitDown
) -> None:
    own_patient = anew("Ravensworth")
    another = anew("Hollingsworth")
    own, others = take(line(own_patient)), take(line(another))
    page = sit_down(own.therapist).page
    record(page, own_patient)
    page.get_by_role("button", name="Write a letter").click()
    choose(page, "Category", SHORT.category)
    tick(page, "Hybrid mail to the patient")
    page.get_by_role("button", name="Add to batch").click()
    expect(page.get_by_text("Added to the batch: [H] Pending")).to_be_visible()
    page.get_by_role("button", name="Search again").click()
    page.get_by_label("Name, NHS number or date of birth").fill(another)
    page.keyboard.press("Enter")
    expect(page.get_by_text("Nobody here is known by that.")).to_be_visible()
    assert others.team != own.team
    looking = sit_down(MANAGER).page
    record(looking, another)
    expect(looking.get_by_role("button", name="History and actions")).to_be_visible()
    expect(looking.get_by_role("button", name="Write a letter")).to_have_count(0)
    for title in ("Templates", "Control panel", "Users"):
        expect(looking.get_by_role("link", name=title, exact=True)).to_have_count(0)
    go(looking, "Audit")


def test_words_of_people_are_words_and_nothing_that_runs(take: TakeIn, sit_down: SitDown) -> None:
    surname = anew("Oglethorpe")
    take(line(surname))
    name = f"{HOSTILE} {next(NUMBERS)}"
    page = sit_down(SUPERUSER).page
    write_template(page, name, f"Hello. {HOSTILE} <script>window.hit=1</script>\n\n{{{{ free_text }}}}")
    page.get_by_text("Versions (1)").click()
    expect(page.get_by_text("<script>window.hit=1</script>").last).to_be_visible()
    record(page, surname)
    page.get_by_role("button", name="Write a letter").click()
    choose(page, "Category", name)
    page.get_by_role("textbox", name="Free text").fill(HOSTILE)
    page.keyboard.press("Control+Enter")
    tick(page, "Patient electronic by text message")
    page.get_by_role("button", name="Add to batch").click()
    expect(page.get_by_text("Added to the batch")).to_be_visible()
    page.get_by_role("button", name="History and actions").first.click()
    expect(page.get_by_text(name).first).to_be_visible()
    go(page, "Audit")
    expect(page.get_by_text(name).first).to_be_visible()
    assert page.evaluate("window.hit") is None


def test_a_corrected_address_is_told_of_a_letter_that_waits(take: TakeIn, sit_down: SitDown) -> None:
    surname = anew("Wolstenholme")
    take(line(surname, "h"))
    page = sit_down(ADMIN).page
    record(page, surname)
    page.get_by_role("tab", name="Contact and preferences").click()
    page.get_by_label("Address, a line each").fill("9 New Street\nElmton\nZZ99 9ZZ")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved: address.")).to_be_visible()
    page.get_by_role("tab", name="Documents (1)").click()
    page.get_by_role("button", name="History and actions").first.click()
    expect(page.get_by_text("The record has changed since the letter was written")).to_be_visible()
    page.get_by_role("button", name="Open in Batch letters").click()
    expect(Desk(page).pane).to_contain_text("9 New Street")
