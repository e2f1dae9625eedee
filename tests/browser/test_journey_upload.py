"""A PDF is brought along for a patient, and comes out of the printer as it was."""

from dataclasses import replace
from pathlib import Path

from playwright.sync_api import expect

from services.documents.render import render_letter
from tests.browser.caseload import line
from tests.browser.conftest import SitDown, TakeIn
from tests.browser.processes import SHORT
from tests.unit.documents.samples import ONE_PAGE, page_texts
from tests.unit.documents.upload_samples import encrypted

ADDRESS = ("Zoë Quillfeather", "1 Elm Road", "Elmton", "ZZ99 9ZZ")


def test_a_pdf_is_added_for_its_patient_and_printed_as_it_came(
    take: TakeIn, sit_down: SitDown, tmp_path: Path
) -> None:
    known = line("Quillfeather")
    caseload = take(known)
    brought, locked = tmp_path / "brought.pdf", tmp_path / "locked.pdf"
    brought.write_bytes(render_letter(replace(ONE_PAGE, recipient=ADDRESS, body="Words brought along.")))
    locked.write_bytes(encrypted("secret"))
    desk = sit_down(caseload.therapist)
    page = desk.page
    page.get_by_role("link", name="Add letters").click()
    page.get_by_label("NHS number of the patient").fill(known["nhs_number"])
    page.keyboard.press("Enter")
    desk.says("QUILLFEATHER, Zoë")
    page.locator("input[type=file]").set_input_files(locked)
    page.get_by_role("combobox", name="Template").click()
    page.get_by_role("option", name=SHORT.name).click()
    page.get_by_label("Title").fill("Brought along")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Check").click()
    desk.says("The PDF is protected by a password.")
    page.locator("input[type=file]").set_input_files(brought)
    expect(page.get_by_text("The PDF is protected by a password.")).to_have_count(
        0
    )  # the other file is there
    page.get_by_role("button", name="Check").click()
    desk.says("It keeps all print rules.")
    page.get_by_role("button", name="Add to batch").click()
    desk.says("is in the batch, reference PDF-")
    page.get_by_role("button", name="Open it").click()
    expect(desk.pane).to_contain_text("Brought along")
    page.keyboard.press("Escape")
    row = desk.rows.filter(has_text="Brought along")
    expect(row).to_have_count(1)
    page.mouse.move(0, 0)
    file = desk.downloaded(row.get_by_role("button", name="Print: ").click, tmp_path)
    # Its one page, and a blank one for the sheet.
    assert page_texts(file.read_bytes())[0] == page_texts(brought.read_bytes())[0]
    expect(desk.rows.filter(has_text="Brought along")).to_have_count(0)
