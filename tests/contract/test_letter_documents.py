"""Which document is a letter's: what went out, what was printed, or what would go out now."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from services import letter_detail, letter_documents
from services.batch.results import BatchResult
from services.domain.documents import CANT_RENDER
from services.domain.vocabulary import Channel
from services.editing import Edit, said
from tests import builders
from tests.builders import ADMIN, ANN, DATED, PRACTICE, SERVICE
from tests.contract.batch_world import World, world_on
from tests.unit.documents.samples import page_texts

MOVED = ("9 New Street", "Elsewhere", "ZZ99 5BB")


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    with world_on(database_url) as world:
        yield world


def shown(world: World, letter_id: str) -> str | None:
    """The id of the document in the pane; None while it is being made."""
    with world.app.store.read(SERVICE.id) as uow:
        seen = letter_detail.detail(uow, ADMIN, letter_id, now=world.clock.now())
        if seen.document_id:
            stored = uow.documents.get([seen.document_id])[seen.document_id]
            assert letter_documents.of_letter(uow, ADMIN, letter_id) == stored
            assert seen.pages == stored.page_count
    assert bool(seen.document_id) is bool(seen.pages)
    return seen.document_id


def render(world: World) -> int:
    return world.app.rendering.ahead(SERVICE.id, 100)


def press_print(world: World, letter_id: str) -> BatchResult:
    return world.app.batch.printing.print_letters(SERVICE.id, ADMIN, [letter_id], again=True)


def downloaded(world: World, letter_id: str) -> str:
    made = world.app.batch.printing.download(SERVICE.id, ADMIN, [letter_id]).made
    assert made is not None
    return "\n".join(page_texts(world.pdf(made.document_id)))


def text_of(world: World, document_id: str | None) -> str:
    assert document_id is not None
    return "\n".join(page_texts(world.pdf(document_id)))


def test_a_waiting_letter_shows_what_would_go_and_is_made_anew_when_its_patient_changes(world: World) -> None:
    letter_id = world.add(Channel.H)
    assert shown(world, letter_id) is None
    assert render(world) == 1
    old = shown(world, letter_id)
    assert "7 Mill Row" in text_of(world, old)
    world.edit_patient(letter_id, address=MOVED)
    assert shown(world, letter_id) is None
    assert render(world) == 1
    assert "9 New Street" in text_of(world, shown(world, letter_id))
    assert render(world) == 0


@pytest.mark.parametrize("edited", ["practice", "letterhead", "author"])
def test_everything_that_a_letter_says_is_watched(world: World, edited: str) -> None:
    letter_id, other = world.add(Channel.GP), world.add(patient=builders.patient(practice=None))
    render(world)
    before, others = shown(world, letter_id), shown(world, other)
    with world.work() as uow:
        match edited:
            case "practice":
                uow.people.save_practices([replace(PRACTICE, name="Harbour Surgery")])
            case "letterhead":
                uow.people.save_letterhead(replace(SERVICE, name="Otherwhere Talking Therapies"))
            case _:
                uow.people.save_users([replace(ANN, name="Ann Archer")])
    assert shown(world, letter_id) is None
    assert (shown(world, other) == others) is (edited == "practice")
    render(world)
    assert shown(world, letter_id) not in (None, before)


def test_a_stale_rendering_is_not_shown_even_where_nobody_cleared_it(world: World) -> None:
    letter_id = world.add()
    render(world)
    with world.work() as uow:
        uow.letters.patch([letter_id], title="Another title")
    assert world.letter(letter_id).document_id is not None
    assert shown(world, letter_id) is None


def test_what_is_out_is_shown_as_it_went(world: World) -> None:
    letter_id, attempt = world.sent(Channel.H)
    world.edit_patient(letter_id, address=MOVED)
    world.app.rendering.ensure(SERVICE.id, [world.letter(letter_id)])
    assert world.letter(letter_id).document_id != attempt.document_id
    assert shown(world, letter_id) == attempt.document_id
    assert "7 Mill Row" in downloaded(world, letter_id)


def test_a_failed_letter_shows_what_would_go_next(world: World) -> None:
    letter_id, attempt = world.sent(Channel.H)
    world.report(attempt, "validation-failed")
    assert shown(world, letter_id) == attempt.document_id
    world.edit_patient(letter_id, address=MOVED)
    assert shown(world, letter_id) is None
    render(world)
    assert "9 New Street" in text_of(world, shown(world, letter_id))


def test_what_was_printed_is_kept_until_it_is_printed_again(world: World) -> None:
    letter_id = world.add()
    press_print(world, letter_id)
    printed = shown(world, letter_id)
    assert printed is not None
    world.edit_patient(letter_id, address=MOVED)
    assert "7 Mill Row" in downloaded(world, letter_id)
    assert render(world) == 0
    assert shown(world, letter_id) == printed == world.letter(letter_id).document_id
    world.app.rendering.ensure(SERVICE.id, [world.letter(letter_id)])  # a printing that came to nothing
    assert shown(world, letter_id) == printed
    press_print(world, letter_id)
    assert "9 New Street" in text_of(world, shown(world, letter_id))
    raws = [event.raw for event in world.events(letter_id) if event.to_status == "printed"]
    assert raws == [{"document_id": printed}, {"document_id": shown(world, letter_id)}]


def test_a_warning_that_no_longer_holds_goes_and_others_stay(world: World) -> None:
    letter_id = world.add(template=DATED)
    with world.work() as uow:
        uow.letters.patch([letter_id], warning="The letter may arrive twice.")
    assert [render(world), render(world)] == [1, 0]
    warning = world.letter(letter_id).warning
    assert warning.startswith(f"The letter may arrive twice. {CANT_RENDER}")
    world.app.rendering.ensure(SERVICE.id, [world.letter(letter_id)])
    assert world.letter(letter_id).warning == warning
    with world.work() as uow:
        uow.letters.patch([letter_id], fields={"appointment_date": "3 December"})
    world.app.rendering.ensure(SERVICE.id, [world.letter(letter_id)])
    assert world.letter(letter_id).warning == "The letter may arrive twice."


def test_a_letter_that_could_not_be_made_is_tried_again_when_it_is_edited(world: World) -> None:
    letter_id = world.add(template=DATED)
    assert [render(world), render(world)] == [1, 0]
    assert world.letter(letter_id).warning.startswith(CANT_RENDER)
    dated = {"appointment_date": "3 December"}
    world.app.editing.edit(
        SERVICE.id,
        ADMIN,
        letter_id,
        Edit(read=said(world.letter(letter_id)), title="Your appointment", fields=dated),
    )
    assert render(world) == 1
    assert world.letter(letter_id).warning == ""
    assert shown(world, letter_id) is not None
