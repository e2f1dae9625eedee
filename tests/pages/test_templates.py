"""The Templates page run as a script: a template is written, refused with its line, changed and retired."""

from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from services.domain.letter import Template
from services.domain.people import User
from services.domain.vocabulary import Channel
from tests.builders import ADMIN, ANALYST, ANN, MANAGER, SUPERUSER, TEMPLATE
from tests.contract.batch_world import World
from tests.pages.desk import opened


def _page() -> None:
    from pages.templates import page

    page.show()


@pytest.fixture
def page(world: World, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    return opened(world, monkeypatch, SUPERUSER, _page)


def fill(page: AppTest, *, name: str = "Waiting list", body: str = "Please wait.", turn: str = " 0") -> None:
    page.text_input(key=f"typed template name {turn}").input(name)
    page.selectbox(key=f"typed template category {turn}").set_value("Discharge")
    page.text_area(key=f"typed template body {turn}").input(body)
    page.checkbox(key=f"typed template {Channel.E} {turn}").check()
    page.run()


def templates(world: World) -> dict[str, Template]:
    with world.work() as uow:
        return {template.name: template for template in uow.people.templates()}


def said(page: AppTest) -> str:
    return " ".join(each.value.replace("\\", "") for each in [*page.markdown, *page.error])


def test_a_template_is_written_with_a_preview_and_saved(world: World, page: AppTest) -> None:
    assert page.button(key="save template").disabled
    fill(page)
    assert not page.button(key="save template").disabled
    page.button(key="save template").click().run()
    assert "“Waiting list” is saved, version 1." in said(page)
    new = templates(world)["Waiting list"]
    assert (new.category, new.body, new.channels) == (
        "Discharge",
        "Please wait.",
        frozenset({Channel.PRINT, Channel.E}),
    )


def test_a_misspelt_field_is_said_with_its_line_and_cannot_be_saved(world: World, page: AppTest) -> None:
    fill(page, body="Dear\n\n{{ patient_nam }}")
    assert "Line 3: “patient_nam” is not a merge field." in said(page)
    assert page.button(key="save template").disabled
    assert "Waiting list" not in templates(world)


def choose(page: AppTest) -> str:
    page.selectbox(key="template chosen 0").set_value(TEMPLATE.id).run()
    return f"{TEMPLATE.id} 0"


def test_another_text_is_another_version_and_both_can_be_read(world: World, page: AppTest) -> None:
    key = choose(page)
    page.text_area(key=f"typed template body {key}").input("Other words.").run()
    page.button(key="save template").click().run()
    assert "is saved, version 2." in said(page)
    assert [each.label for each in page.expander] == ["Merge fields", "Versions (2)"]
    assert [each.value for each in page.code] == ["Other words.", TEMPLATE.body]


def test_what_somebody_else_saved_meanwhile_is_told(world: World, page: AppTest) -> None:
    key = choose(page)
    with world.work() as uow:
        uow.people.save_templates([replace(TEMPLATE, body="Theirs.")])
    page.text_area(key=f"typed template body {key}").input("Mine.").run()
    page.button(key="save template").click().run()
    assert "Somebody else has changed this template" in said(page)
    assert templates(world)[TEMPLATE.name].body == "Theirs."
    assert page.text_area(key=f"typed template body {key}").value == "Mine.", "what was typed stays"


def test_a_template_is_retired_and_brought_back(world: World, page: AppTest) -> None:
    choose(page)
    page.button(key="retire template").click().run()
    assert "is retired: no new letter is made from it" in said(page)
    assert not templates(world)[TEMPLATE.name].active
    page.button(key="retire template").click().run()
    assert templates(world)[TEMPLATE.name].active


@pytest.mark.parametrize("user", [ANN, ADMIN, MANAGER, ANALYST])
def test_whoever_comes_by_the_address_alone_sees_none(
    world: World, monkeypatch: pytest.MonkeyPatch, user: User
) -> None:
    page = opened(world, monkeypatch, user, _page)
    assert "you may not change templates" in page.error[0].value
    assert [*page.text_input, *page.text_area, *page.button] == []
