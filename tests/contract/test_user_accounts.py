"""Users are added and changed by superusers, one by one or by a file, and it holds at once."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from services import sessions
from services.audit_trail import Asked
from services.domain.audit import Deed
from services.domain.errors import NotAllowed, UserError
from services.domain.people import Role, User
from tests.builders import ADMIN, ANALYST, ANN, MANAGER, SUPERUSER, USERS
from tests.contract.batch_world import World, world_on

NEW = User(id="", username="z.new", name="Zadie New", role=Role.ADMIN, team="North")


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    with world_on(database_url) as world:
        yield world


def save(world: World, account: User, by: User = SUPERUSER) -> bool:
    return world.app.user_accounts.save(world.service_id, by, account)


def user(world: World, username: str) -> User:
    [found] = [
        each for each in world.app.user_accounts.all(world.service_id, SUPERUSER) if each.username == username
    ]
    return found


def noted(world: World) -> list[str]:
    asked = Asked(deed=Deed.CHANGE_USER)
    return [line.words for line in world.app.audit_trail.page(world.service_id, SUPERUSER, asked, 1, 50)[0]]


def test_a_new_user_may_log_in_and_a_changed_one_is_what_they_are_now(world: World) -> None:
    app = world.app
    assert save(world, NEW) is True
    cookie = sessions.log_in(app.store, app.clock, app.settings, world.service_id, user(world, "z.new").id)
    assert save(world, replace(NEW, username="Z.NEW", role=Role.ANALYST, name="Zadie Newer")) is False
    changed = user(world, "z.new")
    assert (changed.name, changed.role) == ("Zadie Newer", Role.ANALYST)
    assert sessions.user_of(app.store, app.clock, app.settings, cookie) is None, "another role logs out"
    assert noted(world) == ["z.new: name Zadie New → Zadie Newer, role Admin → Analyst", "z.new: added"]


def test_whoever_may_no_longer_log_in_is_out_at_once(world: World) -> None:
    app = world.app
    cookie = sessions.log_in(app.store, app.clock, app.settings, world.service_id, ADMIN.id)
    save(world, replace(ADMIN, active=False))
    assert sessions.user_of(app.store, app.clock, app.settings, cookie) is None
    with pytest.raises(NotAllowed, match="can't log in"):
        sessions.log_in(app.store, app.clock, app.settings, world.service_id, ADMIN.id)


def test_saving_what_is_there_already_changes_and_notes_nothing(world: World) -> None:
    save(world, replace(ANN))
    assert noted(world) == []


@pytest.mark.parametrize("changes", [{"role": Role.ADMIN}, {"active": False}])
def test_nobody_takes_their_own_rights_away(world: World, changes: dict[str, Any]) -> None:
    with pytest.raises(NotAllowed, match="ask another superuser"):
        save(world, replace(SUPERUSER, **changes))
    assert user(world, SUPERUSER.username) == SUPERUSER


@pytest.mark.parametrize("by", [ANN, ADMIN, MANAGER, ANALYST])
def test_nobody_else_sees_or_changes_users(world: World, by: User) -> None:
    accounts = world.app.user_accounts
    for call in (
        lambda: save(world, NEW, by),
        lambda: accounts.all(world.service_id, by),
        lambda: accounts.take_in(world.service_id, by, b"username,name,role\n"),
    ):
        with pytest.raises(NotAllowed, match="may not change users"):
            call()
    assert len(accounts.all(world.service_id, SUPERUSER)) == len(USERS)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"username": " "}, "The username is empty"),
        ({"name": ""}, "The name is empty"),
        ({"name": "A\nB"}, "holds a line break"),
        ({"team": "x" * 256}, "The team is longer than 255"),
        ({"username": "x" * 121}, "The username is longer than 120"),
    ],
)
def test_what_cannot_be_is_refused(world: World, changes: dict[str, str], said: str) -> None:
    with pytest.raises(UserError, match=said) as refused:
        save(world, replace(NEW, **changes))  # type: ignore[arg-type]  # texts alone
    assert str(refused.value).endswith("Nothing was saved.")
    assert len(world.app.user_accounts.all(world.service_id, SUPERUSER)) == len(USERS)


def test_a_file_is_taken_line_by_line(world: World) -> None:
    file = (
        "Username,Name,Role,Team,Active\r\n"
        "a.one,Ada One,therapist,North,\r\n"
        f"{SUPERUSER.username},{SUPERUSER.name},admin,,\r\n"
        "a.two,Ada Two,wizard,North,\r\n"
        "a.three,,service manager,,yes\r\n"
        "a.four,Ada Four,Service manager,,perhaps\r\n"
        "a.five,Ada Five,service_manager,South,no\r\n"
    )
    lines = world.app.user_accounts.take_in(world.service_id, SUPERUSER, file.encode())
    assert [(line.number, line.is_new, line.problem[:24]) for line in lines] == [
        (2, True, ""),
        (3, False, "You can't take your own "),
        (4, False, "The role “wizard” is non"),
        (5, False, "The name is empty. Nothi"),
        (6, False, "The column active is nei"),
        (7, True, ""),
    ]
    assert user(world, "a.one").role is Role.THERAPIST
    assert (user(world, "a.five").role, user(world, "a.five").active) == (Role.SERVICE_MANAGER, False)


@pytest.mark.parametrize("file", [b"", b"name,role\n", b"username,name,role,colour\n", b"\xff\xfe"])
def test_a_file_that_is_no_good_saves_nothing(world: World, file: bytes) -> None:
    with pytest.raises(UserError, match="Nothing was"):
        world.app.user_accounts.take_in(world.service_id, SUPERUSER, file)
