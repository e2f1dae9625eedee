"""Editing a letter: what waits becomes a new document, what was queued stays (docs/faults.md row 28)."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from services import letter_detail
from services.batch.results import Outcome
from services.domain.errors import NotAllowed, NotFound, UserError
from services.domain.letter import Attempt, Letter
from services.domain.people import User
from services.domain.vocabulary import Channel, Status
from services.editing import Edit, said
from tests.builders import ADMIN, ANALYST, ANN, BOB, DATED, MANAGER, SERVICE, SUPERUSER
from tests.contract.batch_world import World, world_on
from tests.unit.documents.samples import page_texts

MONDAY, TUESDAY = {"appointment_date": "Monday 7 December"}, {"appointment_date": "Tuesday 8 December"}


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    with world_on(database_url) as world:
        yield world


def edit(world: World, letter_id: str, user: User = ADMIN, title: str = "New title") -> Letter:
    world.app.editing.edit(
        SERVICE.id, user, letter_id, Edit(read=said(world.letter(letter_id)), title=title, fields=TUESDAY)
    )
    return world.letter(letter_id)


def appointment(world: World) -> str:
    return world.add(Channel.H, template=DATED, fields=MONDAY)


def send(world: World, letter_id: str) -> Attempt:
    sending = world.app.batch.sending
    waits = world.letter(letter_id).status is Status.PENDING
    press = sending.send if waits else sending.resend
    [result] = press(SERVICE.id, ADMIN, [letter_id]).results
    assert result.outcome is Outcome.DONE, result
    return world.attempts(letter_id)[-1]


def text(world: World, document_id: str | None) -> str:
    assert document_id is not None
    return "\n".join(page_texts(world.pdf(document_id)))


@pytest.mark.parametrize("user", [ANN, ADMIN, SUPERUSER])
def test_a_letter_that_waits_is_made_anew(world: World, user: User) -> None:
    letter_id = appointment(world)
    world.app.rendering.ahead(SERVICE.id, 10)
    first = world.letter(letter_id).document_id
    edited = edit(world, letter_id, user)
    assert (edited.title, dict(edited.fields), edited.document_id) == ("New title", TUESDAY, None)
    world.app.rendering.ahead(SERVICE.id, 10)
    second = world.letter(letter_id).document_id
    assert "Tuesday 8 December" in text(world, second)
    assert "Monday 7 December" in text(world, first), "what was made before stays"
    event = world.events(letter_id)[-1]
    assert (event.kind, event.user_id) == ("edited", user.id)
    assert event.raw is not None
    assert event.raw["before"] == {"title": "Discharge summary", "fields": MONDAY, "version": 1}


def test_what_was_queued_stays_and_a_failed_letter_goes_as_a_new_version(world: World) -> None:
    letter_id = appointment(world)
    attempt = send(world, letter_id)
    with pytest.raises(NotAllowed, match="edits are no longer saved"):
        edit(world, letter_id)
    world.fail(letter_id)
    edit(world, letter_id)
    send(world, letter_id)
    first, second = world.attempts(letter_id)
    assert (first.document_id, first.title) == (attempt.document_id, attempt.title)
    assert "Monday 7 December" in text(world, first.document_id)
    assert ("Tuesday 8 December" in text(world, second.document_id), second.title) == (True, "New title")


def test_what_went_out_is_not_edited(world: World) -> None:
    letter_id = appointment(world)
    send(world, letter_id)
    world.accepted(letter_id)
    with pytest.raises(NotAllowed, match="what went out stays as it was"):
        edit(world, letter_id)
    assert world.letter(letter_id).title == "Discharge summary"


@pytest.mark.parametrize("user", [BOB, MANAGER, ANALYST])
def test_others_may_not(world: World, user: User) -> None:
    """A therapist's letters are their own; managers and analysts write none."""
    letter_id = appointment(world)
    with pytest.raises((NotAllowed, NotFound)):
        edit(world, letter_id, user)
    assert world.letter(letter_id).title == "Discharge summary"


def test_a_letter_with_a_gap_is_not_saved(world: World) -> None:
    letter_id = appointment(world)
    with pytest.raises(UserError, match="appointment_date"):
        world.app.editing.edit(
            SERVICE.id,
            ADMIN,
            letter_id,
            Edit(read=said(world.letter(letter_id)), title="New title", fields={}),
        )
    with pytest.raises(UserError, match="title"):
        edit(world, letter_id, title=" ")
    assert world.letter(letter_id).title == "Discharge summary"


def test_of_two_edits_of_one_letter_the_later_is_refused_and_nothing_is_lost(world: World) -> None:
    letter_id = appointment(world)
    read = said(world.letter(letter_id))
    world.app.editing.edit(SERVICE.id, ANN, letter_id, Edit(read=read, title="Ann's", fields=TUESDAY))
    with pytest.raises(UserError, match="Somebody else has changed this letter since you opened it"):
        world.app.editing.edit(SERVICE.id, ADMIN, letter_id, Edit(read=read, title="Mine", fields=MONDAY))
    letter = world.letter(letter_id)
    assert (letter.title, dict(letter.fields)) == ("Ann's", TUESDAY)
    world.app.rendering.ahead(SERVICE.id, 10)
    assert edit(world, letter_id).title == "New title", "a new document alone is no other edit"


def test_the_page_says_what_is_frozen(world: World) -> None:
    letter_id = appointment(world)
    with world.app.store.read(SERVICE.id) as uow:
        assert letter_detail.detail(uow, ADMIN, letter_id, now=world.clock.now()).frozen_at is None
    attempt = send(world, letter_id)
    with world.app.store.read(SERVICE.id) as uow:
        seen = letter_detail.detail(uow, ADMIN, letter_id, now=world.clock.now())
    assert (seen.frozen_at, seen.document_id) == (attempt.created_at, attempt.document_id)


def test_an_edit_keeps_the_templates_version_unless_the_present_one_is_asked_for(world: World) -> None:
    letter_id = appointment(world)
    body = "Come on {{ appointment_date }}, at {{ appointment_time }}."
    with world.work() as uow:
        uow.people.save_templates([replace(DATED, body=body)])
    letter, present = world.app.editing.open(SERVICE.id, ADMIN, letter_id)
    assert (letter.template.version, present.version) == (1, 2)
    assert edit(world, letter_id).template.version == 1
    words = Edit(
        read=said(world.letter(letter_id)),
        title="New title",
        fields={**TUESDAY, "appointment_time": "14:05"},
        to_present=True,
    )
    assert world.app.editing.look(SERVICE.id, ADMIN, letter_id, words).pages
    world.app.editing.edit(SERVICE.id, ADMIN, letter_id, words)
    world.app.rendering.ahead(SERVICE.id, 10)
    assert "Come on Tuesday 8 December, at 14:05." in text(world, world.letter(letter_id).document_id)
