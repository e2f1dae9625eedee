"""The Users page run as a script."""

import pytest
from streamlit.testing.v1 import AppTest

from services.domain.people import Role
from tests.builders import ADMIN, ANN, SUPERUSER, USERS
from tests.contract.batch_world import World
from tests.pages.desk import opened


def _page() -> None:
    from pages.users import page

    page.show()


@pytest.fixture
def page(world: World, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    return opened(world, monkeypatch, SUPERUSER, _page)


def test_a_user_is_added_found_and_changed(world: World, page: AppTest) -> None:
    page.text_input(key="username  0").input("z.new")
    page.text_input(key="user name  0").input("Zadie New")
    page.selectbox(key="user role  0").select(Role.ANALYST)
    page.button[0].click().run()
    assert "Zadie New is added" in page.markdown[0].value.replace("\\", "")
    page.text_input(key="users find").input("zadie").run()
    assert page.caption[-1].value == f"1 of {len(USERS) + 1} users"
    page.selectbox(key="users who 1").select(ANN.id).run()
    page.text_input(key=f"user team {ANN.id} 1").input("West")
    page.button[0].click().run()
    assert f"{ANN.name} is saved" in page.markdown[0].value.replace("\\", "")
    with world.work() as uow:
        kept = {user.username: user for user in uow.people.users()}
    assert (kept["z.new"].role, kept[ANN.username].team) == (Role.ANALYST, "West")


def test_a_refusal_leaves_what_was_typed(page: AppTest) -> None:
    page.text_input(key="username  0").input("z.new")
    page.button[0].click().run()
    assert "The name is empty" in page.error[0].value.replace("\\", "")
    assert page.text_input(key="username  0").value == "z.new"


def test_others_who_come_by_the_address_see_nobody(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    page = opened(world, monkeypatch, ADMIN, _page)
    assert "you may not change users" in page.error[0].value
    assert [*page.text_input, *page.table, *page.button] == []
