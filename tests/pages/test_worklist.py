"""The Worklist page run as a script."""

from dataclasses import replace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from pages.plain_text import plain
from services.analytics.reason_groups import ReasonGroup
from services.domain.vocabulary import Channel
from tests import builders
from tests.builders import ADMIN, ANN, MANAGER, PRACTICE
from tests.contract.batch_world import World
from tests.pages.desk import opened

CONTACT = f"{Channel.E} {ReasonGroup.CONTACT}"
NOT_REGISTERED = f"{Channel.GP} {ReasonGroup.NOT_REGISTERED}"


def _page() -> None:
    from pages.worklist import page

    page.show()


def failed(world: World) -> str:
    letter_id, attempt = world.sent(Channel.E)
    world.report(attempt, "permanent-failure")
    return letter_id


def rejected(world: World, **values: Any) -> str:
    letter_id, attempt = world.sent(Channel.GP, **values)
    world.report(attempt, "4005", reason_code="DC02")
    return letter_id


def said(page: AppTest) -> str:
    kinds = (page.subheader, page.markdown, page.success, page.info)
    return " ".join(each.value.replace("\\", "") for kind in kinds for each in kind)


def test_a_group_says_what_to_do_and_is_taken_over(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    failed(world)
    page = opened(world, monkeypatch, ADMIN, _page)
    assert "Ask the patient for mobile number and consent, or print instead (1)" in said(page)
    page.button(key=f"press note {CONTACT}").click().run()
    assert page.error[0].value.replace("\\", "") == "The note is empty. Nothing was saved."
    page.text_input(key=f"note {CONTACT}").input("Rang twice")
    page.button(key=f"press note {CONTACT}").click().run()
    assert "The note is written to 1." in said(page)
    page.button(key=f"take {CONTACT}").click().run()
    assert "1 are yours." in said(page)
    assert list(page.table[0].value["Whose"]) == [plain(f"{ADMIN.name}: Rang twice")]


def test_some_of_a_group_are_picked_taken_over_and_given_back(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    letters = [failed(world) for _ in range(3)]
    page = opened(world, monkeypatch, ADMIN, _page)
    page.multiselect(key=f"letters of {CONTACT}").set_value(letters[:2]).run()
    page.button(key=f"take {CONTACT}").click().run()
    assert "2 are yours." in said(page)
    assert [world.letter(each).owner_id for each in letters] == [ADMIN.id, ADMIN.id, None]
    page.button(key=f"give {CONTACT}").click().run()
    assert "2 are nobody's now." in said(page)
    assert {world.letter(each).owner_id for each in letters} == {None}
    page.text_input(key=f"why {CONTACT}").input("These two were rung")
    page.button(key=f"press why {CONTACT}").click().run()
    assert "2 closed." in said(page)
    assert not page.exception
    assert "or print instead (1)" in said(page)


def test_what_a_colleague_works_on_can_be_left_out(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    hers, nobodys = failed(world), failed(world)
    world.app.worklist.take_over(world.service_id, ANN, [hers])
    page = opened(world, monkeypatch, ADMIN, _page)
    assert set(page.table[0].value["Whose"]) == {plain(ANN.name), "Nobody"}
    page.toggle(key="worklist mine").set_value(True).run()
    left = world.letter(nobodys)
    assert list(page.table[0].value["Letter"]) == [plain(f"{left.patient.name} · {left.reference}")]
    assert "(1)" in said(page)


def test_a_group_is_closed_with_a_reason(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    letters = [failed(world), failed(world)]
    page = opened(world, monkeypatch, ADMIN, _page)
    page.button(key=f"press why {CONTACT}").click().run()
    assert page.error[0].value.replace("\\", "") == "The note is empty. Nothing was saved."
    page.text_input(key=f"why {CONTACT}").input("All were rung")
    page.button(key=f"press why {CONTACT}").click().run()
    assert "2 closed." in said(page)
    assert "Nothing failed, and nothing is stuck." in said(page)
    assert [world.letter(each).closed_note for each in letters] == ["All were rung"] * 2


def test_twenty_letters_to_one_practice_are_one_action(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    changed = replace(PRACTICE, id="changed", ods_code="Y99001", name="Changed Surgery")
    with world.work() as uow:
        uow.people.save_practices([changed])
    moved = [rejected(world, patient=builders.patient(practice=changed)) for _ in range(20)]
    other = rejected(world)
    page = opened(world, monkeypatch, ADMIN, _page)
    assert "Check where the patient is registered, then re-send or print (21)" in said(page)
    page.selectbox(key=f"practice of {NOT_REGISTERED}").set_value("Y99001").run()
    page.button(key=f"take {NOT_REGISTERED}").click().run()
    assert "20 are yours." in said(page)
    assert {world.letter(each).owner_id for each in moved} == {ADMIN.id}
    assert world.letter(other).owner_id is None


def test_an_empty_list_says_so(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Nothing failed, and nothing is stuck." in said(opened(world, monkeypatch, ADMIN, _page))


def test_who_only_looks_has_no_buttons(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    failed(world)
    page = opened(world, monkeypatch, MANAGER, _page)
    assert [button.label for button in page.button] == []
    assert len(page.table) == 1
