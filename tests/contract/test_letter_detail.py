"""What the pane is told of one letter: a recipient that changed, being stuck, what can't be done and why."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from services import letter_detail
from services.domain.ids import new_id
from services.domain.letter import Event
from services.domain.people import User
from services.domain.vocabulary import Action, Badge, Channel
from services.importing.run import Import
from services.letter_detail import LOOKS_ONLY, LetterDetail
from tests import builders
from tests.builders import ADMIN, ANALYST, ANN, MANAGER, NOON, PRACTICE, SERVICE, SUPERUSER, TEMPLATE
from tests.contract.batch_world import World, world_on

ELSEWHERE = replace(PRACTICE, id="elsewhere", ods_code="Y90002", name="Elsewhere Surgery")
MOVES: dict[str, dict[str, Any]] = {
    "address": {"address": ("9 New Street", "Elsewhere", "ZZ99 5BB")},
    "mobile": {"mobile": "07700 900002"},
    "practice": {"practice": ELSEWHERE},
}
USED = {
    Channel.PRINT: "address",
    Channel.GP: "practice",
    Channel.E: "mobile",
    Channel.H: "address",
}


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    with world_on(database_url) as world:
        with world.work() as uow:
            uow.people.save_practices([ELSEWHERE])
        yield world


def seen(world: World, letter_id: str, user: User = ADMIN) -> LetterDetail:
    with world.app.store.read(SERVICE.id) as uow:
        return letter_detail.detail(uow, user, letter_id, now=world.clock.now())


def import_file(world: World, file: Path) -> str:
    task = Import(
        store=world.app.store,
        service_id=SERVICE.id,
        clock=world.clock,
        on_header=lambda _: None,
        on_refused=lambda _: None,
    )
    return str(task.run(file))


def press_print(world: World, letter_id: str) -> None:
    world.app.batch.printing.print_letters(SERVICE.id, ADMIN, [letter_id], again=True)


@pytest.mark.parametrize("moved", MOVES)
@pytest.mark.parametrize("channel", Channel)
def test_a_recipient_that_changed_since_the_letter_was_written_is_flagged(
    world: World, channel: Channel, moved: str
) -> None:
    letter_id = world.add(channel)
    assert not seen(world, letter_id).changed
    world.edit_patient(letter_id, **MOVES[moved])
    assert seen(world, letter_id).changed is (USED[channel] == moved)
    world.edit_patient(
        letter_id, mobile="+44 7700 900001", address=builders.patient().address, practice=PRACTICE
    )
    assert not seen(world, letter_id).changed


@pytest.mark.parametrize(
    ("cell", "new", "flagged"),
    [("title", "Another title", False), ("mobile", "07700 900123", False), ("ods_code", "Y90002", True)],
)
def test_a_later_import_that_moves_a_patient_flags_the_letter_that_waits(
    world: World, tmp_path: Path, cell: str, new: str, *, flagged: bool
) -> None:
    usual = {
        "reference": "R-1", "created": "2026-11-20", "channel": "gp", "title": "Discharge summary",
        "template": TEMPLATE.name, "nhs_number": "9990000018", "surname": "Nowak", "forename": "Zoë",
        "date_of_birth": "1984-02-29", "mobile": "", "ods_code": "Y90001", "created_by": ANN.username,
    }  # fmt: skip
    for line in (usual, usual | {"reference": "R-2", cell: new}):
        file = tmp_path / "letters.csv"
        file.write_text("\n".join([",".join(line), ",".join(line.values())]), encoding="utf-8")
        assert import_file(world, file) == "1 added, 0 already there, 0 refused"
    with world.app.store.read(SERVICE.id) as uow:
        first = uow.letters.by_reference(["R-1"])["R-1"]
    assert seen(world, first.id).changed is flagged


def test_another_channel_looks_at_what_it_uses_itself(world: World) -> None:
    letter_id = world.add(Channel.E)
    world.edit_patient(letter_id, **MOVES["address"])
    assert not seen(world, letter_id).changed
    world.app.batch.keeping.change_channel(SERVICE.id, ADMIN, [letter_id], Channel.H)
    assert seen(world, letter_id).changed


def test_a_failed_letter_whose_record_was_corrected_is_flagged(world: World) -> None:
    letter_id, attempt = world.sent(Channel.H)
    world.report(attempt, "validation-failed")
    assert not seen(world, letter_id).changed
    world.edit_patient(letter_id, **MOVES["address"])
    assert seen(world, letter_id).changed


def test_a_letter_that_is_out_shows_to_whom_it_went(world: World) -> None:
    letter_id = world.add(Channel.H)
    world.edit_patient(letter_id, **MOVES["address"])
    world.app.batch.sending.send(SERVICE.id, ADMIN, [letter_id])
    assert not seen(world, letter_id).changed
    world.edit_patient(letter_id, address=("1 Third Street", "Elsewhere", "ZZ99 5BB"))
    assert seen(world, letter_id).changed
    assert "9 New Street" in seen(world, letter_id).recipient.address


def test_a_letter_older_than_the_marks_is_not_flagged(world: World) -> None:
    old = builders.letter()
    with world.work() as uow:
        uow.people.save_patients([old.patient])
        uow.letters.add([old])
        uow.events.append(
            [Event(id=new_id(), letter_id=old.id, at=NOON, kind="created", channel=old.channel)]
        )
    world.edit_patient(old.id, **MOVES["address"])
    assert not seen(world, old.id).changed


@pytest.mark.parametrize("channel", [Channel.PRINT, Channel.E, Channel.H])
def test_a_printed_letter_is_flagged_when_its_paper_says_something_else(
    world: World, channel: Channel
) -> None:
    letter_id = world.add(channel)
    world.edit_patient(letter_id, address=("1 Third Street", "Elsewhere", "ZZ99 5BB"))
    if channel.electronic:
        world.app.batch.sending.send(SERVICE.id, ADMIN, [letter_id])
        world.fail(letter_id)
    press_print(world, letter_id)
    assert not seen(world, letter_id).changed
    assert "1 Third Street" in seen(world, letter_id).recipient.address, "on paper, whatever the channel was"
    world.edit_patient(letter_id, **MOVES["address"])
    assert seen(world, letter_id).changed
    press_print(world, letter_id)
    assert not seen(world, letter_id).changed


def test_a_printed_letter_with_another_text_is_flagged_too(world: World) -> None:
    letter_id = world.add()
    press_print(world, letter_id)
    with world.work() as uow:
        uow.people.save_letterhead(replace(SERVICE, name="Otherwhere Talking Therapies"))
    assert seen(world, letter_id).changed


def test_a_letter_sent_long_ago_and_not_delivered_is_amber(world: World) -> None:
    letter_id, attempt = world.sent(Channel.GP)
    world.report(attempt, "4002")
    world.clock.pass_by(days=2)
    assert (seen(world, letter_id).overdue, seen(world, letter_id).badge) == ("", Badge.ON_ITS_WAY)
    world.clock.pass_by(minutes=1)
    assert seen(world, letter_id).overdue == "Sent on 23 Nov 2026, not delivered yet."
    assert seen(world, letter_id).badge is Badge.IN_DOUBT
    with world.work() as uow:
        uow.settings.put("gp_stuck_hours", 72, by=SUPERUSER.id, at=NOON)
    assert seen(world, letter_id).badge is Badge.ON_ITS_WAY


def test_a_message_of_which_nothing_more_will_be_known_is_never_stuck(world: World) -> None:
    letter_id, attempt = world.sent(Channel.E)
    world.report(attempt, "sent")
    world.clock.pass_by(days=6)
    assert world.status(letter_id) == "e.sent"
    assert (seen(world, letter_id).overdue, seen(world, letter_id).badge) == ("", Badge.ON_ITS_WAY)


def test_actions_that_are_not_possible_are_there_with_their_reason(world: World) -> None:
    letter_id, _ = world.sent(Channel.GP)
    reasons = {action: verdict.reason for action, verdict in seen(world, letter_id).verdicts.items()}
    assert reasons[Action.DOWNLOAD] == ""
    assert reasons[Action.PRINT] == "It is [GP] Queued: Print is for print letters and failed ones."
    assert reasons[Action.REMOVE] == "It is [GP] Queued: Remove from batch is for pending letters."
    assert Action.REOPEN not in reasons


@pytest.mark.parametrize("user", [MANAGER, ANALYST])
def test_who_may_not_act_is_told_so(world: World, user: User) -> None:
    letter_id = world.add()
    assert (seen(world, letter_id, user).verdicts, seen(world, letter_id, user).may_not) == ({}, LOOKS_ONLY)
    assert seen(world, letter_id).may_not == ""


def test_a_therapist_is_told_of_the_setting_that_leaves_acting_to_admins(world: World) -> None:
    letter_id = world.add()
    assert seen(world, letter_id, ANN).may_not == ""
    with world.work() as uow:
        uow.settings.put("therapists_may_not_act", True, by=SUPERUSER.id, at=NOON)
    assert "leaves printing and sending to admins" in seen(world, letter_id, ANN).may_not


def test_an_analyst_is_told_nothing_of_the_patient(world: World) -> None:
    letter_id, attempt = world.sent(Channel.E)
    world.report(attempt, "permanent-failure")
    world.app.batch.keeping.close(SERVICE.id, ADMIN, [letter_id], "Rang Ada Example")
    world.edit_patient(letter_id, deceased=True, opted_out=True, mobile="07700 900002")
    shown, whole = seen(world, letter_id, ANALYST), seen(world, letter_id)
    assert "Ada" in whole.letter.closed_note
    assert whole.letter.patient.deceased
    assert whole.changed
    assert shown.letter.closed_at == whole.letter.closed_at
    assert shown.letter.closed_note == ""
    assert not [event for event in shown.events if "Ada" in event.reason]
    assert [event.kind for event in shown.events] == [event.kind for event in whole.events]
    assert "permanent" in "".join(event.code for event in shown.events)
    assert (shown.letter.patient.deceased, shown.letter.patient.opted_out) == (False, False)
    assert not shown.changed
