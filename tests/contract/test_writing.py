"""Writing a letter: what was previewed is what is added, once, by the channels that are possible."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from services.domain.errors import NotAllowed, NotFound, UserError
from services.domain.letter import Letter, Patient
from services.domain.people import User
from services.domain.vocabulary import Channel
from services.letters import add_to_batch
from services.ports.letters import Scope
from services.writing import Draft, copies, ways
from tests import builders
from tests.builders import ADMIN, ANALYST, ANN, BOB, DATED, MANAGER, PAPER_ONLY, SERVICE, SUPERUSER, TEMPLATE
from tests.contract.batch_world import World, world_on
from tests.unit.documents.samples import page_texts

PATIENT = builders.patient()
HOMELESS = replace(PATIENT, address=(), mobile="", practice=None)
WITH_TEXT = replace(TEMPLATE, id="free", name="Free text", body="Hello.\n\n{{ free_text }}")
DUAL = replace(TEMPLATE, id="dual", name="Both ways", dual_mode=True)


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    with world_on(database_url) as world:
        with world.work() as uow:
            uow.people.save_patients([PATIENT])
            uow.people.save_templates([WITH_TEXT, DUAL])
        yield world


def draft(*channels: Channel, **values: Any) -> Draft:
    whole: dict[str, Any] = {
        "key": "form-1",
        "patient_id": PATIENT.id,
        "template_id": TEMPLATE.id,
        "title": "Discharge summary",
        "fields": {},
        "channels": frozenset(channels or {Channel.PRINT}),
    }
    return Draft(**whole | values)


def mark(world: World, wanted: Draft, user: User = ADMIN) -> str:
    [channel, *_] = wanted.channels
    seen = world.app.writing.look(SERVICE.id, user, wanted, channel)
    assert (seen.problem, bool(seen.pages)) == ("", True)
    return seen.mark


def add(world: World, wanted: Draft, user: User = ADMIN) -> list[Letter]:
    return world.app.writing.add(SERVICE.id, user, wanted, mark(world, wanted, user))


def text(world: World, letter: Letter) -> str:
    world.app.rendering.ahead(SERVICE.id, 10)
    document_id = world.letter(letter.id).document_id
    assert document_id
    return "\n".join(page_texts(world.pdf(document_id)))


def refuses(world: World, wanted: Draft) -> str:
    with pytest.raises(UserError) as refused:
        world.app.writing.add(SERVICE.id, ADMIN, wanted, "")
    assert "Nothing was added." in str(refused.value)
    with world.app.store.read(SERVICE.id) as uow:
        assert not uow.letters.of_patient(PATIENT.id, Scope())
    return str(refused.value)


def test_a_letter_says_what_was_previewed_and_is_in_the_batch_with_its_history(world: World) -> None:
    [letter] = add(world, draft(Channel.E))
    assert (world.status(letter.id), letter.pair) == ("e.pending", None)
    assert [event.kind for event in world.events(letter.id)] == ["created"]
    assert "We have said goodbye to Ada." in text(world, letter)


def test_free_text_is_paragraphs_and_no_merge_field(world: World) -> None:
    fields = {"free_text": "First, {{ nhs_number }}.\n\nSecond: <b>bold</b> **strong**."}
    [letter] = add(world, draft(template_id=WITH_TEXT.id, fields=fields))
    assert "First, {{ nhs_number }}." in text(world, letter)
    assert "Second: <b>bold</b> strong." in text(world, letter)


def test_adding_twice_adds_nothing(world: World) -> None:
    first = add(world, draft(Channel.GP, Channel.E))
    second = add(world, draft(Channel.GP, Channel.E))
    assert {letter.id for letter in first} == {letter.id for letter in second}
    assert len(add(world, draft(Channel.GP, Channel.E, key="form-2"))) == 2
    with world.app.store.read(SERVICE.id) as uow:
        assert len(uow.letters.of_patient(PATIENT.id, Scope())) == 4


def test_a_paper_copy_joins_an_electronic_letter_in_dual_mode(world: World) -> None:
    letters = add(world, draft(Channel.GP, template_id=DUAL.id))
    assert [letter.channel for letter in letters] == [Channel.GP, Channel.H]
    assert letters[0].pair is not None
    assert letters[0].pair == letters[1].pair
    assert len({letter.reference for letter in letters}) == 2
    to_practice, to_patient = (text(world, letter) for letter in letters)
    assert "Quayside Surgery" in to_practice
    assert "Dear Ada Example" in to_patient
    with world.app.store.read(SERVICE.id) as uow:
        pair = uow.letters.of_pair(letters[0].pair or "", Scope())
    assert {letter.id for letter in pair} == {letter.id for letter in letters}


COPIES = [
    (DUAL, {Channel.E}, PATIENT, [Channel.E, Channel.H]),
    (DUAL, {Channel.E}, replace(PATIENT, address=()), [Channel.PRINT, Channel.E]),
    (replace(DUAL, channels=frozenset({Channel.E})), {Channel.E}, PATIENT, [Channel.PRINT, Channel.E]),
    (DUAL, {Channel.E, Channel.PRINT}, PATIENT, [Channel.PRINT, Channel.E]),
    (DUAL, {Channel.H}, PATIENT, [Channel.H]),
    (TEMPLATE, {Channel.GP, Channel.E}, PATIENT, [Channel.GP, Channel.E]),
    (DUAL, set(), PATIENT, []),
]


@pytest.mark.parametrize(("template", "chosen", "patient", "made"), COPIES)
def test_which_letters_a_choice_makes(
    template: Any, chosen: set[Channel], patient: Patient, made: list[Channel]
) -> None:
    assert copies(template, frozenset(chosen), patient) == made


def test_what_a_template_offers_and_the_record_allows_is_said_with_the_reason() -> None:
    assert ways(PAPER_ONLY, PATIENT) == {Channel.PRINT: ""}
    offered = ways(TEMPLATE, HOMELESS)
    assert offered[Channel.PRINT] == ""
    assert offered[Channel.E] == "no mobile number"
    assert "no registered GP practice" in offered[Channel.GP]
    assert offered[Channel.H]


def test_an_impossible_letter_is_refused_with_the_reason(world: World) -> None:
    dated = draft(template_id=DATED.id)
    refusals = {
        "Choose how the letter shall go.": replace(draft(), channels=frozenset()),
        "The letter needs a title.": draft(title="  "),
        "doesn't offer Hybrid mail": draft(Channel.H, template_id=PAPER_ONLY.id),
        "Line 1: “appointment_date” has no value for this letter.": dated,
        "The field “appointment_date” holds a line break.": replace(
            dated, fields={"appointment_date": "a\nb"}
        ),
        "This template was retired meanwhile.": draft(template_id="gone"),
    }
    for reason, wanted in refusals.items():
        assert reason in refuses(world, wanted)
    with world.work() as uow:
        uow.people.save_patients([HOMELESS])
    assert "Patient electronic is not possible: no mobile number" in refuses(world, draft(Channel.E))


@pytest.mark.parametrize("changes", ["address", "template", "letterhead"])
def test_what_changed_since_the_preview_is_looked_at_again(world: World, changes: str) -> None:
    wanted = draft(Channel.H)
    seen = mark(world, wanted)
    with world.work() as uow:
        match changes:
            case "address":
                uow.people.save_patients(
                    [replace(PATIENT, address=("1 New Street", "Wherrymere", "ZZ99 4AA"))]
                )
            case "template":
                uow.people.save_templates([replace(TEMPLATE, body="Other words.")])
            case _:
                uow.people.save_letterhead(replace(SERVICE, telephone="01632 960 999"))
    with pytest.raises(UserError, match="has changed since the preview"):
        world.app.writing.add(SERVICE.id, ADMIN, wanted, seen)
    assert add(world, wanted)


def test_a_field_of_the_record_is_not_taken_from_the_writer(world: World) -> None:
    given = {"sender_name": "Somebody Else", "nhs_number": "1"}
    [letter] = add(world, draft(fields=given))
    assert (dict(letter.fields), letter.created_by_name) == ({}, ADMIN.name)


@pytest.mark.parametrize("user", [ANN, ADMIN, SUPERUSER])
def test_who_may_write(world: World, user: User) -> None:
    with world.work() as uow:  # Ann has written to the patient before
        add_to_batch(uow, [builders.letter(patient=PATIENT)])
    [letter] = add(world, draft(), user)
    assert (letter.created_by, world.letter(letter.id).created_by_name) == (user.id, user.name)


@pytest.mark.parametrize(("user", "why"), [(BOB, NotFound), (MANAGER, NotAllowed), (ANALYST, NotAllowed)])
def test_who_may_not(world: World, user: User, why: type[Exception]) -> None:
    with world.work() as uow:
        add_to_batch(uow, [builders.letter(patient=PATIENT)])
    writing = world.app.writing
    for deed in (
        lambda: writing.look(SERVICE.id, user, draft(), Channel.PRINT),
        lambda: writing.add(SERVICE.id, user, draft(), ""),
    ):
        with pytest.raises(why):
            deed()
