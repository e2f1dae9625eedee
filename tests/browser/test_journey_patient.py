"""A letter by text message, from the click that sends it to the patient's eyes, while staff watch."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from services.domain.vocabulary import Status
from tests.browser.caseload import line
from tests.browser.conftest import SitDown, TakeIn
from tests.browser.crowd import RIGHT, invited
from tests.browser.desk import ANY, Desk, Watch, team_view
from tests.browser.phone import Phone, phone
from tests.browser.processes import ADMIN, SERVICE, TELEPHONE, Site

if TYPE_CHECKING:
    from playwright.sync_api import Browser

BORN: Final = ("29", "2", "1984")


def sent(desk: Desk, surname: str) -> None:
    """By the row's own button, and there at once."""
    desk.press_on(surname, "Send")
    expect(desk.status(surname)).to_have_text("[E] Delivered")


def in_digits(mobile: str) -> str:
    """As the delivery provider gets it."""
    return mobile.replace(" ", "").replace("0", "+44", 1)


@pytest.mark.parametrize(("width", "scripts"), [(320, True), (390, True), (1280, True), (390, False)])
def test_a_patient_reads_a_letter_while_staff_watch(
    site: Site, take: TakeIn, sit_down: SitDown, browser: "Browser", width: int, *, scripts: bool
) -> None:
    surname, mobile = "Ó Dálaigh-Müller", f"07700 900{width % 1000 + scripts}"
    caseload = take(line(surname, "e", mobile=mobile))
    desk = sit_down(ADMIN, team_view(caseload, ANY))
    sent(desk, surname)
    with phone(browser, site, width, scripts=scripts) as patient:
        link = patient.read_message(in_digits(mobile))
        patient.open(link)
        starts(patient, link)
        expect(desk.status(surname)).to_have_text("[E] Accessed")
        errs(patient)
        desk.open(surname)
        expect(desk.pane).to_contain_text("2 wrong answers in a row")
        patient.answer(*BORN, "o’dalaigh muller")
        patient.sees("Your appointment")
        expect(patient.page.get_by_role("main")).to_contain_text("We write to you.")
        patient.looks_right("letter")
        expect(desk.status(surname)).to_have_text("[E] Viewed")
        keeps_and_leaves(patient, link)
        assert patient.found == {state: [] for state in patient.found}
        assert len(patient.hosts) == 1, "nobody else is asked for anything"
    assert site.statuses(caseload[surname])[-2:] == [Status.ACCESSED, Status.VIEWED]
    assert link.rpartition("/")[2] not in site.log.read_text(), "no log has the link"


def starts(patient: Phone, link: str) -> None:
    patient.sees("You have a letter")
    patient.looks_right("start")
    for secret in ("Zoë", "Elm", "Therap", "appointment"):
        assert secret not in patient.page.content().replace(urlsplit(link).path, "")
    patient.press("Start now")
    patient.sees("What is your date of birth?")
    patient.looks_right("date of birth")


def errs(patient: Phone) -> None:
    """No date, no surname, and wrong answers twice."""
    patient.press("Continue")
    expect(patient.page.get_by_role("alert")).to_contain_text("Enter your date of birth")
    patient.looks_right("no date of birth")
    for surname in ("", "Stranger", "O"):
        for label, text in zip(("Day", "Month", "Year"), BORN, strict=True):
            patient.type(label, text)
        patient.press("Continue")
        patient.sees("What is your surname?")
        patient.looks_right("surname")
        if not surname:
            patient.press("Show my letter")
            expect(patient.page.get_by_role("alert")).to_contain_text("Enter your surname")
            patient.looks_right("no surname")
            patient.press("Go back and change my date of birth")
            continue
        patient.type("What is your surname?", surname)
        patient.press("Show my letter")
        expect(patient.page.get_by_role("alert")).to_contain_text("These answers do not match.")
        patient.looks_right("wrong answers")


def keeps_and_leaves(patient: Phone, link: str) -> None:
    with patient.page.expect_download() as coming:
        patient.press("Save this letter as a PDF")
    assert coming.value.path().read_bytes().startswith(b"%PDF-")
    patient.press("Close my letter")
    patient.sees("Your letter is closed")
    patient.looks_right("closed")
    patient.page.goto(f"{link}/letter")
    patient.sees("What is your date of birth?")


def test_whoever_cannot_get_in_is_helped_by_a_new_link(
    site: Site, take: TakeIn, sit_down: SitDown, browser: "Browser"
) -> None:
    surname, mobile = "Thistlethwaite", "07700 900777"
    caseload = take(line(surname, "e", mobile=mobile))
    desk = sit_down(ADMIN, team_view(caseload, ANY))
    sent(desk, surname)
    with phone(browser, site, 320) as patient:
        link = patient.read_message(in_digits(mobile))
        patient.open(link)
        patient.press("I can’t get in")
        patient.sees("I can’t get in")
        expect(patient.page.get_by_role("link", name=TELEPHONE)).to_have_attribute("href", "tel:01632960500")
        patient.looks_right("help")
        patient.press("Go back to the start")
        patient.press("Start now")
        for _ in range(6):
            patient.answer(*BORN, "Stranger")
        patient.sees("Your letter is locked for now")
        expect(patient.page.get_by_role("main")).to_contain_text(TELEPHONE)
        patient.looks_right("locked")
        staff_send_a_new_link(desk, surname)
        newer = patient.read_message(in_digits(mobile), number=2)
        patient.page.goto(link)
        patient.sees("This link does not work")
        patient.looks_right("gone")
        patient.page.goto(newer)
        patient.press("Start now")
        patient.answer(*BORN, surname)
        patient.sees("Your appointment")
        expect(desk.status(surname)).to_have_text("[E] Viewed")
        assert patient.found == {state: [] for state in patient.found}
    assert len(site.attempts(caseload[surname])) == 2


def staff_send_a_new_link(desk: Desk, surname: str) -> None:
    desk.open(surname)
    expect(desk.pane).to_contain_text("5 wrong answers in a row")
    expect(desk.pane).to_contain_text(re.compile(r"Locked until \d"))
    desk.pane.get_by_role("button", name="Send a new link").click()
    expect(desk.status(surname)).to_have_text(re.compile(r"\[E\] (Queued|Sent|Delivered)"))


def test_a_letter_that_is_not_viewed_goes_by_post_instead_and_its_link_ends(
    site: Site, take: TakeIn, sit_down: SitDown, browser: "Browser"
) -> None:
    surname, mobile = "Wolstenholme", "07700 900666"
    caseload = take(line(surname, "e", mobile=mobile))
    desk = sit_down(ADMIN, team_view(caseload, ANY))
    sent(desk, surname)
    with phone(browser, site, 390) as patient:
        patient.open(patient.read_message(in_digits(mobile)))
        patient.sees("You have a letter")
        a_week_passes(site, caseload[surname])
        desk.page.goto(f"{site.url}{team_view(caseload, 'status=unviewed')}")
        desk.show([surname])
        expect(desk.page.get_by_role("button", name="not viewed > 7 days")).to_be_visible()
        desk.open(surname)
        expect(desk.pane).to_contain_text(re.compile(r"Delivered on .*, not viewed yet\."))
        desk.pane.get_by_role("button", name="Change channel").click()
        desk.pane.get_by_role("radio", name="Hybrid mail").check()
        desk.pane.get_by_role("button", name="Change channel").click()
        desk.show([])
        desk.page.goto(f"{site.url}{team_view(caseload)}")
        expect(desk.status(surname)).to_have_text("[H] Pending")
        patient.press("Start now")
        patient.sees("This link does not work")
    assert site.statuses(caseload[surname])[-1] is Status.PENDING


def a_week_passes(site: Site, letter_id: str) -> None:
    longer_ago = datetime.now(UTC) - timedelta(days=8)
    with site.store.begin(SERVICE) as uow:
        uow.letters.patch([letter_id], status_at=longer_ago)
        uow.commit()


def test_two_hundred_patients_at_once_are_all_served_while_staff_work(
    site: Site, sit_down: SitDown, watch: Watch, tmp_path: Path
) -> None:
    crowd = invited(site, tmp_path, "Crowd", 200)
    watch.surnames |= {*crowd.links}
    desk = sit_down(ADMIN, team_view(crowd.caseload, ANY))
    first, second, *_ = crowd.links
    with crowd.rushing() as patients:
        while not all(each.done() for each in patients):
            desk.open(first)
            desk.open(second)
    assert {each.result().statuses for each in patients} == {RIGHT}
    crowd.wait_until_all_are(Status.VIEWED)
    expect(desk.status(first)).to_have_text("[E] Viewed")
