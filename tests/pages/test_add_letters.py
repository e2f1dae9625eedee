"""The Add letters page run as a script: what is said before anything is added, and what stays typed."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from services.documents.render import render_letter
from services.domain.people import Role, User
from services.domain.recipient import postal_lines
from services.domain.vocabulary import Channel
from tests import builders
from tests.builders import ADMIN, ANN, BY_ROLE, DATED, SERVICE, TEMPLATE
from tests.contract.batch_world import World
from tests.contract.watched_gateway import DiskFull, Fuse, burning_at_commits
from tests.pages.desk import as_user
from tests.unit.documents.samples import ONE_PAGE
from tests.unit.documents.upload_samples import encrypted
from tests.waiting import PATIENCE

PATIENT = builders.patient(mobile="")
LETTER = render_letter(replace(ONE_PAGE, recipient=postal_lines(PATIENT)))
TO_ANOTHER = render_letter(replace(ONE_PAGE, recipient=("Ms Else", "1 Elm Row", "Wherrymere", "ZZ99 4AB")))
Open = Callable[..., AppTest]


def _page() -> None:
    from pages.add_letters import page

    page.show()


def _open_pages() -> None:
    import streamlit as st

    from pages import places
    from pages.context import context

    st.markdown(", ".join(page.title for page in places.open_to(context().signed_in.user)))


@pytest.fixture
def world(world: World) -> World:
    """It knows the patient."""
    with world.work() as uow:
        uow.people.save_patients([PATIENT])
    return world


@pytest.fixture
def sit_down(world: World, monkeypatch: pytest.MonkeyPatch) -> Open:
    """What a script shows a user first."""

    def page_of(user: User, script: Callable[[], None] = _page) -> AppTest:
        as_user(world, monkeypatch, user)
        return look(AppTest.from_function(script, default_timeout=PATIENCE))

    return page_of


def look(page: AppTest) -> AppTest:
    page.run()
    assert not page.exception, page.exception
    return page


def says(page: AppTest, words: str) -> bool:
    """Whether they stand on the page, in whatever way they are kept from being Markdown."""
    shown = [*page.markdown, *page.error, *page.warning, *page.caption]
    return any(words in each.value.replace("\\", "") for each in shown)


def press(page: AppTest, label: str) -> AppTest:
    [button] = [button for button in page.button if button.label == label]
    button.click()
    return look(page)


def fill(page: AppTest, pdf: bytes, channel: Channel = Channel.PRINT) -> AppTest:
    page.text_input(key="add number 0").set_value(PATIENT.nhs_number)
    page.file_uploader(key="add pdf 0").upload("letter.pdf", pdf)
    page.text_input(key="add title").set_value("Discharge summary")
    page.selectbox(key="add template").set_value(TEMPLATE)
    look(page)
    page.radio(key=f"add channel {TEMPLATE.id}").set_value(channel)
    return look(page)


def is_disabled(page: AppTest, label: str) -> bool:
    return [button.disabled for button in page.button if button.label == label] == [True]


def test_a_letter_is_looked_at_and_then_added(world: World, sit_down: Open) -> None:
    page = sit_down(ADMIN)
    assert is_disabled(page, "Check")
    fill(page, LETTER)
    assert says(page, "EXAMPLE, Ada**, born 3 May 1990")
    assert is_disabled(page, "Add to batch")
    press(page, "Check")
    assert says(page, "It keeps all print rules.")
    assert says(page, "7 Mill Row")
    press(page, "Add to batch")
    assert says(page, "The letter for EXAMPLE, Ada is in the batch, reference PDF-")
    assert world.app.listing(SERVICE.id).headline(ADMIN).pending == 1
    assert page.text_input(key="add number 1").value == ""
    assert page.text_input(key="add title").value == "Discharge summary"


def test_what_was_checked_is_what_is_added(sit_down: Open) -> None:
    page = press(fill(sit_down(ADMIN), LETTER), "Check")
    page.text_input(key="add title").set_value("Another title")
    look(page)
    assert is_disabled(page, "Add to batch")


def test_a_refusal_loses_nothing_that_was_typed(world: World, sit_down: Open) -> None:
    page = press(fill(sit_down(ADMIN), encrypted("secret")), "Check")
    assert says(page, "The PDF is protected by a password.")
    assert is_disabled(page, "Add to batch")
    assert page.text_input(key="add number 0").value == PATIENT.nhs_number
    assert page.text_input(key="add title").value == "Discharge summary"
    assert page.selectbox(key="add template").value == TEMPLATE
    assert world.app.listing(SERVICE.id).headline(ADMIN).pending == 0


def test_another_s_address_is_pointed_out_and_keeps_it_from_the_post(sit_down: Open) -> None:
    page = press(fill(sit_down(ADMIN), TO_ANOTHER), "Check")
    assert says(page, "The address in the window is not this patient's. Is it the right file?")
    assert not is_disabled(page, "Add to batch")
    page.radio(key=f"add channel {TEMPLATE.id}").set_value(Channel.H)
    press(look(page), "Check")
    assert says(page, "The address in the window is not the one on the patient's record: Ms Else")
    assert is_disabled(page, "Add to batch")


def test_each_channel_says_what_the_record_lacks_for_it(sit_down: Open) -> None:
    page = fill(sit_down(ADMIN), LETTER)
    captions = page.radio(key=f"add channel {TEMPLATE.id}").proto.captions
    lacking = dict(zip(Channel, captions, strict=True))
    assert "no mobile number" in lacking[Channel.E]
    assert lacking[Channel.GP] == ""


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("9990000019", "The NHS number is not valid"),
        ("999", "The NHS number has not ten digits"),
        ("9990000026", "No patient with this NHS number is known here."),
    ],
)
def test_a_number_that_is_nobody_s_is_said_at_once(sit_down: Open, number: str, words: str) -> None:
    page = sit_down(ADMIN)
    page.text_input(key="add number 0").set_value(number)
    assert says(look(page), words)
    assert is_disabled(page, "Check")


def test_of_very_many_refused_lines_the_first_are_shown_and_the_others_counted(sit_down: Open) -> None:
    page = sit_down(ADMIN)
    page.segmented_control(key="add way").set_value("Many by a CSV file")
    look(page)
    lines = ["reference,created,channel,title,template,nhs_number,surname,forename,date_of_birth,created_by"]
    lines += [f"R-{number}" for number in range(1_250)]
    page.file_uploader(key="add csv").upload("letters.csv", "\n".join(lines).encode())
    press(look(page), "Import")
    assert says(page, "0 added, 0 already there, 1,250 refused")
    assert [row["Line"] for row in page.table[0].value.to_dict("records")] == [
        str(number) for number in range(2, 202)
    ]
    assert says(page, "And 1,050 more: import the corrected file to see them.")


def test_many_letters_come_by_a_file_and_its_refused_lines_are_shown(world: World, sit_down: Open) -> None:
    page = sit_down(ADMIN)
    page.segmented_control(key="add way").set_value("Many by a CSV file")
    look(page)
    lines = [
        "reference,created,channel,title,template,nhs_number,surname,forename,date_of_birth,created_by,pdf",
        f"R-1,2026-11-20,print,One,{TEMPLATE.name},9990000018,Example,Ada,1990-05-03,ann,one.pdf",
        f"R-2,2026-11-20,print,Two,{DATED.name},9990000018,Example,Ada,1990-05-03,ann,two.pdf",
    ]
    page.file_uploader(key="add csv").upload("letters.csv", "\n".join(lines).encode())
    page.file_uploader(key="add pdfs").upload("one.pdf", LETTER)
    page.file_uploader(key="add pdfs").upload("three.pdf", LETTER)
    press(look(page), "Import")
    assert says(page, "1 added, 0 already there, 1 refused")
    assert says(page, "No line names three.pdf.")
    [row] = page.table[0].value.to_dict("records")
    assert (row["Line"], row["Reference"].replace("\\", "")) == ("3", "R-2")
    assert "“two.pdf” is not among the files" in row["Why it was refused"].replace("\\", "")
    assert world.app.listing(SERVICE.id).headline(ADMIN).pending == 1


def test_what_was_imported_before_the_store_was_busy_is_said(sit_down: Open) -> None:
    page = sit_down(ADMIN)
    page.segmented_control(key="add way").set_value("Many by a CSV file")
    look(page)
    lines = ["reference,created,channel,title,template,nhs_number,surname,forename,date_of_birth,created_by"]
    lines += [f"R-{number}" for number in range(300)]  # of which each transaction takes 200
    page.file_uploader(key="add csv").upload("letters.csv", "\n".join(lines).encode())
    look(page)
    with burning_at_commits(Fuse(steps=3, ending=DiskFull)):
        press(page, "Import")
    assert says(page, "Not all was imported: 0 added, 0 already there, 200 refused so far.")
    assert says(page, "Import the same file again: nothing is added twice.")


def test_who_writes_only_own_letters_adds_them_one_by_one(sit_down: Open) -> None:
    page = sit_down(ANN)
    assert not page.get("segmented_control")
    assert [button.label for button in page.button] == ["Check", "Add to batch"]


@pytest.mark.parametrize("role", Role)
def test_the_page_is_open_to_those_who_write_letters(sit_down: Open, role: Role) -> None:
    page = sit_down(BY_ROLE[role], _open_pages)
    assert says(page, "Add letters") is (role in (Role.THERAPIST, Role.ADMIN, Role.SUPERUSER))
    assert says(page, "Batch letters")
