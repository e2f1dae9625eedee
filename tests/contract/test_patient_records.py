"""Patients are found, seen with every letter, and corrected, by those who may."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from services.audit_trail import Asked
from services.domain.errors import NotAllowed, NotFound, UserError
from services.domain.letter import Patient
from services.domain.people import User
from services.domain.vocabulary import Channel
from services.letter_detail import detail
from services.letters import add_to_batch
from services.patient_records import Contact, PatientRecord
from tests.builders import ADMIN, ANALYST, ANN, BOB, MANAGER, PRACTICE, SUPERUSER, letter, patient
from tests.contract.batch_world import World, world_on

ZOE = patient(
    id="zoe",
    surname="O’Brien-Müller",
    forename="Zoë",
    nhs_number="9990000301",
    date_of_birth=date(1931, 12, 29),
)
ADA = patient(id="ada", nhs_number="9990000328")


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    with world_on(database_url) as world:
        with world.work() as uow:
            uow.people.save_patients([ZOE, ADA])
        yield world


def find(world: World, text: str, user: User = ADMIN) -> list[str]:
    return [each.id for each in world.app.patient_records.find(world.service_id, user, text)]


def record(world: World, user: User = ADMIN, of: Patient = ZOE) -> PatientRecord:
    return world.app.patient_records.open(world.service_id, user, of.id)


def contact(**changes: Any) -> Contact:
    present = Contact(
        address=ZOE.address,
        mobile=ZOE.mobile,
        sms_consent=ZOE.sms_consent,
        opted_out=ZOE.opted_out,
        large_print=ZOE.large_print,
        ods_code=PRACTICE.ods_code,
    )
    return replace(present, **changes)


def correct(world: World, user: User = ADMIN, **changes: Any) -> list[str]:
    return world.app.patient_records.correct(world.service_id, user, ZOE.id, contact(**changes))


def letter_to_zoe(world: World, author: User, channel: Channel = Channel.PRINT) -> str:
    new = letter(channel, patient=ZOE, created_by=author.id, created_by_name=author.name)
    with world.work() as uow:
        add_to_batch(uow, [new])
    return new.id


@pytest.mark.parametrize(
    "text",
    ["muller", "  O'BRIEN", "zoë", "9990000301", "999 000 0301", "29/12/1931", "29 12 1931", "1931-12-29"],
)
def test_a_patient_is_found_by_name_number_or_birthday(world: World, text: str) -> None:
    assert find(world, text) == [ZOE.id]


@pytest.mark.parametrize("text", ["", "   ", "nobody", "9990000999", "31/2/1990", "%", "_"])
def test_nothing_else_finds_anybody(world: World, text: str) -> None:
    assert find(world, text) == []


def test_a_therapist_finds_those_to_whom_they_wrote_and_sees_their_own_letters(world: World) -> None:
    own, others = letter_to_zoe(world, ANN), letter_to_zoe(world, BOB)
    for text in ("muller", ZOE.nhs_number, "29/12/1931"):
        assert find(world, text, ANN) == [ZOE.id]
    assert [each.id for each in record(world, ANN).letters] == [own]
    assert {each.id for each in record(world).letters} == {own, others}
    assert find(world, "example", ANN) == []
    with pytest.raises(NotFound):
        record(world, ANN, ADA)
    with pytest.raises(NotFound):
        world.app.patient_records.correct(world.service_id, ANN, ADA.id, contact())


def test_an_analyst_sees_no_patient_and_a_manager_changes_none(world: World) -> None:
    for call in (lambda: find(world, "muller", ANALYST), lambda: record(world, ANALYST)):
        with pytest.raises(NotAllowed):
            call()
    assert record(world, MANAGER).may_write is False
    with pytest.raises(NotAllowed):
        correct(world, MANAGER, mobile="")


def test_what_is_corrected_is_kept_with_its_time_and_noted_without_its_words(world: World) -> None:
    assert correct(
        world, mobile="07700 900444", sms_consent=False, address=("2 New Row", "", "Elmton", "ZZ99 4AA")
    )
    found = record(world)
    assert (found.patient.mobile, found.patient.sms_consent) == ("+447700900444", False)
    assert found.patient.address == ("2 New Row", "Elmton", "ZZ99 4AA")
    assert {(each.field, each.before, each.after) for each in found.changes} == {
        ("mobile", "07700 900001", "+447700900444"),
        ("text messages", "yes", "no"),
        ("address", "7 Mill Row, Wherrymere, ZZ99 4AA", "2 New Row, Elmton, ZZ99 4AA"),
    }
    assert {each.at for each in found.changes} == {world.clock.now()}
    lines, _ = world.app.audit_trail.page(world.service_id, SUPERUSER, Asked(about=ZOE.nhs_number), 1, 10)
    assert [(line.what, line.words, line.patient) for line in lines] == [
        ("Opened a patient's record", "", ZOE.name),
        ("Corrected a patient's record", "address, mobile, text messages", ZOE.name),
    ]


def test_a_letter_that_waits_says_that_it_was_written_to_another_address(world: World) -> None:
    letter_id = letter_to_zoe(world, ANN, Channel.H)

    def changed() -> bool:
        with world.app.store.read(world.service_id) as uow:
            return detail(uow, ADMIN, letter_id, now=world.clock.now()).changed

    assert changed() is False
    correct(world, address=("2 New Row", "Elmton", "ZZ99 4AA"))
    assert changed() is True


def test_saving_what_is_there_already_changes_and_notes_nothing(world: World) -> None:
    correct(world, mobile="+447700900001")
    before = len(record(world).changes)
    assert correct(world, mobile="+447700900001") == []
    assert len(record(world).changes) == before


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"mobile": "01632 960123"}, "The mobile number is not a mobile"),
        ({"address": ("x" * 101,)}, "A line of the address is longer"),
        ({"address": ("a",) * 8}, "more than 7 lines"),
        ({"ods_code": "Y99999"}, "The practice Y99999 is not known here"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_saved(
    world: World, changes: dict[str, Any], said: str
) -> None:
    with pytest.raises(UserError, match=said) as refused:
        correct(world, large_print=True, **changes)
    assert str(refused.value).endswith("Nothing was saved.")
    assert record(world).patient.large_print is False


def test_the_practice_can_be_taken_away_and_given_again(world: World) -> None:
    assert correct(world, ods_code="") == ["GP practice"]
    assert record(world).patient.practice is None
    assert correct(world) == ["GP practice"]
    assert record(world).patient.practice == PRACTICE
