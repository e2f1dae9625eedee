"""The Control panel run as a script: what it shows, refuses and saves."""

import pytest
from streamlit.testing.v1 import AppTest

from services.control import SETTINGS, control
from services.domain.people import User
from tests.builders import ADMIN, ANALYST, ANN, MANAGER, SUPERUSER
from tests.contract.batch_world import World
from tests.pages.desk import opened


def _page() -> None:
    from pages.control_panel import page

    page.show()


@pytest.fixture
def panel(world: World, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    return opened(world, monkeypatch, SUPERUSER, _page)


def test_every_setting_is_there_with_what_it_changes(panel: AppTest) -> None:
    labels = [each.label for kind in (panel.toggle, panel.number_input, panel.text_input) for each in kind]
    labels += [each.label for kind in (panel.text_area, panel.selectbox) for each in kind]
    letterhead = ["Service name", "Address, a line each", "Telephone"]
    assert sorted(labels) == sorted([*(setting.label for setting in SETTINGS.values()), *letterhead])
    said = "".join(each.value.replace("\\", "") for each in panel.caption)
    assert [each.key for each in SETTINGS.values() if each.effect not in said] == []


def test_the_length_of_the_text_message_is_shown_while_it_is_edited(world: World, panel: AppTest) -> None:
    def length() -> str:
        return next(each.value for each in panel.markdown if "with the link in it" in each.value)

    assert "2 parts" in length()
    panel.text_area[0].set_value("Letter: ((link))").run()
    assert "1 part*" in length()
    assert any("saved yet: Text message" in each.value.replace("\\", "") for each in panel.caption)
    panel.button(key="save settings").click().run()
    with world.work() as uow:
        assert control(uow, "sms_text") == "Letter: ((link))"
    assert any("Saved: Text message" in each.value.replace("\\", "") for each in panel.markdown)


def test_what_cannot_be_is_said_at_its_field_and_again_when_it_is_saved(world: World, panel: AppTest) -> None:
    panel.text_area[0].set_value("No link").run()
    assert any("exactly once" in each.value for each in panel.markdown)
    panel.button(key="save settings").click().run()
    assert panel.error[0].value.replace("\\", "").endswith("Nothing was saved.")
    panel.button(key="undo settings").click().run()
    assert panel.text_area[0].value == SETTINGS["sms_text"].default
    with world.work() as uow:
        assert uow.settings.get("sms_text") is None


def test_what_another_superuser_saved_meanwhile_is_left_alone(world: World, panel: AppTest) -> None:
    with world.work() as uow:
        uow.settings.put("checklist", True, by=ADMIN.id, at=world.clock.now())
    panel.toggle[0].set_value(True).run()
    panel.button(key="save settings").click().run()
    with world.work() as uow:
        assert (control(uow, "simplex"), control(uow, "checklist")) == (True, True)


@pytest.mark.parametrize("user", [ANN, ADMIN, MANAGER, ANALYST])
def test_whoever_comes_by_the_address_alone_sees_no_setting(
    world: World, monkeypatch: pytest.MonkeyPatch, user: User
) -> None:
    page = opened(world, monkeypatch, user, _page)
    assert "you may not change settings" in page.error[0].value
    assert [*page.toggle, *page.number_input, *page.text_input, *page.button] == []


def test_the_letterhead_is_shown_above_a_letter_and_saved(world: World, panel: AppTest) -> None:
    assert panel.button(key="save letterhead").disabled
    panel.text_input(key="typed service telephone 0").input(" ").run()
    assert any("The telephone is empty" in each.value.replace("\\", "") for each in panel.markdown)
    panel.button(key="save letterhead").click().run()
    assert "Nothing was saved." in panel.error[0].value.replace("\\", "")
    panel.text_input(key="typed service telephone 0").input("01632 960 777").run()
    panel.button(key="save letterhead").click().run()
    assert any("The letterhead is saved" in each.value for each in panel.markdown)
    with world.work() as uow:
        assert uow.people.service().telephone == "01632 960 777"
