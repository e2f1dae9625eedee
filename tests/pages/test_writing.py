"""A letter is written, looked at, added and edited on the patient's record, run as a script."""

from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from services.domain.letter import Letter
from services.domain.people import User
from services.domain.vocabulary import Channel
from services.editing import Edit
from services.editing import said as words_of
from services.ports.letters import Scope
from tests.builders import ADMIN, ANN, BOB, DATED, MANAGER, TEMPLATE, patient
from tests.contract.batch_world import World
from tests.pages.desk import opened


def _page() -> None:
    from pages.patients import page

    page.show()


def record(world: World, monkeypatch: pytest.MonkeyPatch, letter_id: str, user: User = ADMIN) -> AppTest:
    """The record of the letter's patient."""
    page = opened(world, monkeypatch, user, _page)
    page.text_input(key="patients find").input(world.letter(letter_id).patient.surname).run()
    page.button(key=f"patient {world.letter(letter_id).patient.id}").click().run()
    return page


def letters(world: World, letter_id: str) -> list[Letter]:
    """Of the same patient, the newest first."""
    with world.work() as uow:
        return uow.letters.of_patient(world.letter(letter_id).patient.id, Scope())


def said(page: AppTest) -> str:
    kinds = (page.markdown, page.caption, page.success, page.warning, page.error)
    return " ".join(each.value.replace("\\", "") for kind in kinds for each in kind)


def pick(page: AppTest, label: str, value: str) -> None:
    [box] = [each for each in page.selectbox if each.label == label]
    box.set_value(value).run()


def tick(page: AppTest, words: str) -> None:
    [box] = [each for each in page.checkbox if words in each.label.replace("\\", "")]
    box.check().run()


def begin(page: AppTest, category: str = "Discharge") -> None:
    page.button(key="write a letter").click().run()
    pick(page, "Category", category)


def test_a_letter_is_written_and_both_copies_are_in_the_batch(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = world.add()
    with world.work() as uow:
        uow.people.save_templates([replace(TEMPLATE, dual_mode=True)])
    page = record(world, monkeypatch, first)
    begin(page)
    assert page.button(key="add letter").disabled
    tick(page, "Patient electronic by text message")
    assert "The template asks for a paper copy for the patient" in said(page)
    page.button(key="add letter").click().run()
    assert "Added to the batch: [E] Pending" in said(page)
    new = [letter for letter in letters(world, first) if letter.id != first]
    assert {letter.channel for letter in new} == {Channel.E, Channel.H}
    page.button(key=f"unfold {new[0].id}").click().run()
    assert f"Written together with: {new[1].row.label}, reference {new[1].reference}." in said(page)


def test_what_the_record_lacks_is_said_and_cannot_be_ticked(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = record(world, monkeypatch, world.add(patient=patient(mobile="")))
    begin(page)
    [box] = [each for each in page.checkbox if "text message" in each.label]
    assert box.disabled
    assert "Not possible: no mobile number" in said(page)


def test_a_gap_is_named_and_filled(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    first = world.add()
    page = record(world, monkeypatch, first)
    begin(page, DATED.category)
    tick(page, "Print")
    assert "Fill in appointment date: then the letter stands here" in said(page)
    [date] = [each for each in page.text_input if each.label == "Appointment date"]
    date.input("Monday 7 December").run()
    page.button(key="add letter").click().run()
    assert dict(letters(world, first)[0].fields) == {"appointment_date": "Monday 7 December"}


def test_what_changed_since_the_preview_is_told_and_shown_anew(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = world.add()
    page = record(world, monkeypatch, first)
    begin(page)
    tick(page, "Print")
    world.edit_patient(first, address=("1 New Street", "Wherrymere", "ZZ99 4AA"))
    page.button(key="add letter").click().run()
    assert "has changed since the preview" in said(page)
    assert len(letters(world, first)) == 1
    page.button(key="add letter").click().run()
    assert len(letters(world, first)) == 2


def begun(world: World, monkeypatch: pytest.MonkeyPatch) -> tuple[str, AppTest]:
    """A letter that waits, with the form in which it is edited."""
    waits = world.add(Channel.H)
    page = record(world, monkeypatch, waits)
    page.button(key=f"unfold {waits}").click().run()
    page.button(key=f"edit {waits}").click().run()
    return waits, page


def test_a_letter_that_waits_is_edited_and_one_that_is_queued_is_not(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits, page = begun(world, monkeypatch)
    page.text_input(key=f"typed title {waits}").input("Another title").run()
    page.button(key="save letter").click().run()
    assert world.letter(waits).title == "Another title"
    assert "Saved: the letter is made anew." in said(page)
    world.app.batch.sending.send(world.service_id, ADMIN, [waits])
    page.run()
    assert page.button(key=f"edit {waits}").disabled
    assert "edits are no longer saved, and it goes out as it was queued" in said(page)


def test_who_edits_is_told_that_a_colleague_was_faster_and_begins_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits, page = begun(world, monkeypatch)
    page.text_input(key=f"typed title {waits}").input("Mine").run()
    faster = Edit(read=words_of(world.letter(waits)), title="Ann's", fields={})
    world.app.editing.edit(world.service_id, ANN, waits, faster)
    page.button(key="save letter").click().run()
    assert world.letter(waits).title == "Ann's"
    assert "Somebody else has changed this letter since you opened it" in page.warning[0].value
    assert page.button(key="save letter").disabled
    assert page.text_input(key=f"typed title {waits}").value == "Mine"
    page.button(key="begin the edit again").click().run()
    assert page.text_input(key=f"typed title {waits}").value == "Ann's"
    page.text_input(key=f"typed title {waits}").input("Both").run()
    page.button(key="save letter").click().run()
    assert world.letter(waits).title == "Both"


def test_a_letter_made_from_an_old_record_says_so(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    letter_id = world.add(Channel.H)
    world.edit_patient(letter_id, address=("1 New Street", "Wherrymere", "ZZ99 4AA"))
    page = record(world, monkeypatch, letter_id)
    page.button(key=f"unfold {letter_id}").click().run()
    assert "The record has changed since the letter was written" in said(page)


def test_who_may_not_write_has_no_way_to(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    letter_id = world.add()
    page = record(world, monkeypatch, letter_id, MANAGER)
    page.button(key=f"unfold {letter_id}").click().run()
    assert {"Write a letter", "Edit"} & {button.label for button in page.button} == set()
    theirs = record(world, monkeypatch, letter_id, ANN)
    assert "Write a letter" in {button.label for button in theirs.button}
    others = opened(world, monkeypatch, BOB, _page)
    others.text_input(key="patients find").input(world.letter(letter_id).patient.surname).run()
    assert "Nobody here is known by that" in others.info[0].value
