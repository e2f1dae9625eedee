"""The Patients page run as a script: search, the record with its letters, and correcting it."""

import pytest
from streamlit.testing.v1 import AppTest

from services.domain.people import User
from tests.builders import ADMIN, ANALYST, MANAGER, PRACTICE
from tests.contract.batch_world import World
from tests.pages.desk import opened


def _page() -> None:
    from pages.patients import page

    page.show()


def record(world: World, monkeypatch: pytest.MonkeyPatch, user: User = ADMIN) -> tuple[AppTest, str]:
    """The record of the patient of a new letter, found by the name."""
    letter = world.letter(world.add())
    page = opened(world, monkeypatch, user, _page)
    page.text_input(key="patients find").input(letter.patient.surname).run()
    assert page.caption[0].value == "1 found"
    page.button(key=f"patient {letter.patient.id}").click().run()
    assert letter.patient.name in page.subheader[0].value.replace("\\", "")
    return page, letter.patient.id


def save(page: AppTest) -> None:
    [button] = [each for each in page.button if each.label == "Save"]
    button.click().run()


def test_a_record_shows_every_letter_and_what_each_channel_lacks(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, _ = record(world, monkeypatch)
    assert [tab.label for tab in page.tabs] == ["Documents (1)", "Contact and preferences", "Changes (0)"]
    assert [button.label for button in page.button].count("History and actions") == 1
    said = [each.value.replace("\\", "") for each in page.markdown]
    assert ":green[:material/check_circle:] Patient electronic" in said


def test_what_is_corrected_stands_among_the_changes(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    page, patient_id = record(world, monkeypatch)
    page.text_input(key=f"mobile {patient_id}").input("")
    page.selectbox(key=f"practice {patient_id}").select("")
    save(page)
    assert page.success[0].value.replace("\\", "") == "Saved: mobile, GP practice."
    said = [each.value.replace("\\", "") for each in page.markdown]
    assert ":orange[:material/block:] Patient electronic: no mobile number" in said
    assert list(page.table[0].value["After"]) == ["–", "–"]
    page.text_input(key=f"mobile {patient_id}").input("123")
    save(page)
    assert "is not a mobile number" in page.error[0].value.replace("\\", "")


def test_who_may_not_write_reads(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    page, _ = record(world, monkeypatch, MANAGER)
    assert [*page.text_area, *page.toggle] == []
    assert any(PRACTICE.name in each.value for each in page.markdown)


def test_nobody_found_says_what_to_do(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    page = opened(world, monkeypatch, ADMIN, _page)
    page.text_input(key="patients find").input("nobody").run()
    assert "Check the spelling" in page.info[0].value


def test_an_analyst_is_refused(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    page = opened(world, monkeypatch, ANALYST, _page)
    assert "you may not see who a letter's patient is" in page.error[0].value
