"""What the audit holds, who reads it, and that nobody changes it unnoticed (docs/security.md 10)."""

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, delete, select, update

from services import sessions
from services.audit import note_look, note_refusal
from services.audit_trail import Asked, Line
from services.domain.audit import Deed
from services.domain.errors import NotAllowed, UserError
from services.domain.people import User
from services.domain.vocabulary import Channel
from services.store.audit_tables import audit, audit_heads
from tests.builders import ADMIN, ANALYST, ANN, MANAGER, SUPERUSER
from tests.contract.batch_world import World, world_on

COUNT = 6


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    with world_on(database_url) as world:
        yield world


def lines(world: World, asked: Asked | None = None, user: User = SUPERUSER) -> list[Line]:
    """Oldest first."""
    found, _ = world.app.audit_trail.page(world.service_id, user, asked or Asked(), 1, 500)
    return found[::-1]


def deeds(world: World) -> list[tuple[str, str]]:
    return [(line.what, line.who) for line in lines(world)]


def look(world: World, user: User, letter_id: str, deed: Deed = Deed.OPEN_LETTER) -> None:
    note_look(world.app.store, world.app.clock, world.service_id, user, letter_id, deed)


def test_what_users_do_with_a_letter_is_noted_with_it(world: World) -> None:
    letter_id = world.add(Channel.E)
    batch = world.app.batch
    look(world, ANN, letter_id)
    batch.sending.send(world.service_id, ADMIN, [letter_id])
    batch.keeping.stop_link(world.service_id, ADMIN, [letter_id])
    paper = world.add()
    batch.printing.print_letters(world.service_id, ADMIN, [paper])
    batch.keeping.remove(world.service_id, ADMIN, [world.add()])
    assert deeds(world) == [
        ("Added a letter", ANN.name),
        ("Opened a letter", ANN.name),
        ("Send", ADMIN.name),
        ("Stop the link", ADMIN.name),
        ("Added a letter", ANN.name),
        ("Print", ADMIN.name),
        ("Added a letter", ANN.name),
        ("Remove from batch", ADMIN.name),
    ]
    letter = world.letter(letter_id)
    of_letter = lines(world, Asked(about=letter.reference))
    assert [line.patient for line in of_letter] == [letter.patient.name] * 4
    assert [line.number for line in lines(world, Asked(about=letter.patient.nhs_number))] == [
        line.number for line in of_letter
    ]


def test_logging_in_settings_and_refusals_are_noted(world: World) -> None:
    app = world.app
    cookie = sessions.log_in(app.store, app.clock, app.settings, world.service_id, SUPERUSER.id)
    app.control_panel.change(world.service_id, SUPERUSER, {"simplex": True, "link_days": 3})
    for _ in range(3):
        note_refusal(app.store, app.clock, world.service_id, ANALYST, "You may not.")
    sessions.log_out(app.store, app.clock, cookie)
    assert [(line.what, line.who, line.words) for line in lines(world)] == [
        ("Logged in", SUPERUSER.name, ""),
        ("Changed a setting", SUPERUSER.name, "The printer prints one side only: off → on"),
        ("Changed a setting", SUPERUSER.name, "Days that a patient's link works: 28 → 3"),
        ("Was refused", ANALYST.name, "You may not."),
        ("Logged out", SUPERUSER.name, ""),
    ]


def test_looking_again_at_once_is_the_same_look(world: World) -> None:
    letter_id = world.add()
    for user, deed in ((ANN, Deed.OPEN_LETTER), (ANN, Deed.OPEN_DOCUMENT), (ADMIN, Deed.OPEN_LETTER)):
        for _ in range(3):
            look(world, user, letter_id, deed)
    assert len(lines(world)) == 1 + 3
    world.clock.pass_by(minutes=11)
    look(world, ANN, letter_id)
    assert len(lines(world)) == 1 + 4


def test_entries_are_found_by_who_what_and_when(world: World) -> None:
    letter_id = world.add()
    day = world.clock.now().date()
    look(world, ADMIN, letter_id)
    world.clock.pass_by(days=2)
    look(world, ANN, letter_id)
    assert [each.who for each in lines(world, Asked(deed=Deed.OPEN_LETTER))] == [ADMIN.name, ANN.name]
    assert [each.what for each in lines(world, Asked(user_id=ADMIN.id))] == ["Opened a letter"]
    assert len(lines(world, Asked(until=day))) == 2
    assert [each.who for each in lines(world, Asked(since=day.replace(day=day.day + 1)))] == [ANN.name]
    with pytest.raises(UserError, match="no patient this NHS number"):
        lines(world, Asked(about="999 000 0999"))


@pytest.mark.parametrize("user", [ANN, ADMIN, ANALYST])
def test_only_superusers_and_service_managers_read_it(world: World, user: User) -> None:
    trail = world.app.audit_trail
    for call in (
        lambda: trail.page(world.service_id, user, Asked(), 1, 10),
        lambda: trail.users(world.service_id, user),
        lambda: trail.verify(world.service_id, user),
        lambda: trail.csv(world.service_id, user, Asked()),
    ):
        with pytest.raises(NotAllowed, match="may not see the audit"):
            call()
    assert lines(world, user=MANAGER) == []


def test_the_file_holds_every_entry_and_runs_in_no_spreadsheet(world: World) -> None:
    with world.work() as uow:
        uow.people.save_users([replace(ADMIN, name="=1+1")])
    for _ in range(COUNT):
        look(world, ADMIN, world.add())
    content = b"".join(world.app.audit_trail.csv(world.service_id, SUPERUSER, Asked())).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(content)))
    assert [row["Number"] for row in rows] == [str(number) for number in range(2 * COUNT, 0, -1)]
    assert {row["Who"] for row in rows} == {"'=1+1", ANN.name}


def edit(connection: Connection) -> None:
    connection.execute(update(audit).where(audit.c.number == 3).values(user_id=ANN.id, deed="open-letter"))


def edit_time(connection: Connection) -> None:
    [(at,)] = connection.execute(select(audit.c.at).where(audit.c.number == 2))
    connection.execute(update(audit).where(audit.c.number == 3).values(at=at + timedelta(seconds=1)))


def edit_details(connection: Connection) -> None:
    connection.execute(update(audit).where(audit.c.number == 3).values(details={"to": "viewed"}))


def name_no_deed(connection: Connection) -> None:
    connection.execute(update(audit).where(audit.c.number == 3).values(deed="nonsense"))


def take_out(connection: Connection) -> None:
    connection.execute(delete(audit).where(audit.c.number == 3))


def close_the_gap(connection: Connection) -> None:
    take_out(connection)
    for number in (4, 5, 6):
        connection.execute(update(audit).where(audit.c.number == number).values(number=number - 1))


def swap(connection: Connection) -> None:
    for number, to in ((3, 100), (4, 3), (100, 4)):
        connection.execute(update(audit).where(audit.c.number == number).values(number=to))


def cut(connection: Connection) -> None:
    connection.execute(delete(audit).where(audit.c.number > 4))


def cut_with_the_end(connection: Connection) -> None:
    cut(connection)
    [(seal,)] = connection.execute(select(audit.c.seal).where(audit.c.number == 4))
    connection.execute(update(audit_heads).values(number=4, seal=seal))


def begin_anew(connection: Connection) -> None:
    connection.execute(delete(audit))


def forget_the_end(connection: Connection) -> None:
    connection.execute(delete(audit_heads))


@pytest.mark.parametrize(
    ("tamper", "said"),
    [
        (edit, "Entry 3 was changed"),
        (edit_time, "Entry 3 was changed"),
        (edit_details, "Entry 3 was changed"),
        (name_no_deed, "Entry 3 was changed"),
        (take_out, "Entry 3 is missing"),
        (close_the_gap, "Entry 3 was changed"),
        (swap, "Entry 3 was changed"),
        (cut, "ends at entry 4, and should end at 6"),
        (cut_with_the_end, "where the audit ends was changed"),
        (begin_anew, "ends at entry 0, and should end at 6"),
        (forget_the_end, "where the audit ends was changed or removed"),
    ],
)
def test_whoever_changes_the_audit_is_found_out(
    world: World, tamper: Callable[[Connection], Any], said: str
) -> None:
    for _ in range(COUNT):
        world.add()
    trail = world.app.audit_trail
    whole = trail.verify(world.service_id, SUPERUSER)
    assert (whole.entries, whole.problem) == (COUNT, "")
    with world.app.store.engine.begin() as connection:
        tamper(connection)
    assert said in trail.verify(world.service_id, SUPERUSER).problem
    shown, _ = trail.page(world.service_id, SUPERUSER, Asked(), 1, 50)
    assert all(line.what for line in shown), "the page, with its button to check, stays"
