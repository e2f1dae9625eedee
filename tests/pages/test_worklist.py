"""The Worklist page run as a script."""

import pytest
from streamlit.testing.v1 import AppTest

from services.domain.vocabulary import Channel
from tests.builders import ADMIN, MANAGER
from tests.contract.batch_world import World
from tests.pages.desk import opened


def _page() -> None:
    from pages.worklist import page

    page.show()


def failed(world: World) -> str:
    letter_id, attempt = world.sent(Channel.E)
    world.report(attempt, "permanent-failure")
    return letter_id


def said(page: AppTest) -> str:
    kinds = (page.subheader, page.markdown, page.success, page.info)
    return " ".join(each.value.replace("\\", "") for kind in kinds for each in kind)


def test_a_group_says_what_to_do_and_is_taken_over(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    failed(world)
    page = opened(world, monkeypatch, ADMIN, _page)
    assert "Ask the patient for mobile number and consent, or print instead (1)" in said(page)
    page.text_input(key="worklist note 0").input("Rang twice").run()
    page.button(key="worklist remark 0").click().run()
    assert "The note is written to 1." in said(page)
    page.button(key="worklist take 0").click().run()
    assert "1 are yours." in said(page)
    assert list(page.table[0].value["Whose"]) == [ADMIN.name]
    assert list(page.table[0].value["Note"]) == ["Rang twice"]


def test_an_empty_list_says_so(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Nothing failed, and nothing is stuck." in said(opened(world, monkeypatch, ADMIN, _page))


def test_who_only_looks_has_no_buttons(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    failed(world)
    page = opened(world, monkeypatch, MANAGER, _page)
    assert [button.label for button in page.button] == []
    assert len(page.table) == 1
